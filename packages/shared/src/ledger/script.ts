import { createHash } from 'node:crypto'
import type { RedisClient } from '../redis-client.ts'
import { ProvisioningError } from '../errors.ts'

/** Thrown to a producer whose cycle was overtaken: a newer one has begun, and this one may write no more. */
export class FencedError extends ProvisioningError {
  override name = 'FencedError' as const
  override readonly code = 'CYCLE_FENCED' as const

  constructor(connection: string, cause: unknown) {
    super(`A newer cycle of connection '${connection}' has begun; this one stops without writing`, { cause })
  }
}

/** Runs a script by its hash, and sends its text only when Redis does not know it (a restart forgets scripts). */
export async function runScript(
  redis: RedisClient,
  lua: string,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const hash = shaOf(lua)
  try {
    return await redis.evalsha(hash, keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('NOSCRIPT')) throw error
    return await redis.eval(lua, keys.length, ...keys, ...args)
  }
}

const shas = new Map<string, string>()

function shaOf(lua: string): string {
  let sha = shas.get(lua)
  if (!sha) shas.set(lua, (sha = createHash('sha1').update(lua).digest('hex')))
  return sha
}
