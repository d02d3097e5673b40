import type { RedisClient } from '../redis-client.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { PENDING } from './lua/pending.ts'
import { readPending, type Pending } from './pending.ts'
import { runScript } from './script.ts'

/** Entities per script call: so many hold Redis for about 2 ms. */
const CHUNK = 200

/**
 * Looks at entities that were released and not applied. What has gone, or can't be read, is left out.
 *
 * @param members `kind|id`, as `LedgerReader.pending` has them
 */
export async function lookAtPending(
  redis: RedisClient,
  name: ConnectionName,
  members: readonly string[],
): Promise<Pending[]> {
  const { prefix } = connectionKeys(name)
  const found: Pending[] = []
  for (let at = 0; at < members.length; at += CHUNK) {
    const part = members.slice(at, at + CHUNK)
    const answers = (await runScript(redis, PENDING, [prefix], [JSON.stringify(part)])) as (string | number)[][]
    found.push(...part.flatMap((member, i) => readPending(name.connection, member, answers[i] ?? []) ?? []))
  }
  return found
}
