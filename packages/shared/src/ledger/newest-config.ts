import type { RedisClient } from '../redis-client.ts'
import { z } from 'zod'
import { ProvisioningError } from '../errors.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { LAYOUT } from './layout.ts'
import { BEGIN, DECLARE } from './lua/services.ts'
import { mendKeys } from './mend-keys.ts'
import { isWrongType, readFields } from './read-stored.ts'
import { runScript } from './script.ts'

/** A file that no producer was started with for this long is forgotten, ms. */
const FILE_REMEMBERED_MS = 100 * 24 * 3_600_000

/**
 * An older producer takes over when none with the newest configuration has lived for this long, ms: longer than two
 * hosts that boot after the same power cut are apart, and no longer than a leaver may keep access.
 */
const TAKE_OVER_MS = 60_000

/** Thrown to a producer that begins a cycle with another configuration than the newest. */
export class OlderConfigError extends ProvisioningError {
  override name = 'OlderConfigError' as const
  override readonly code = 'CONFIG_OLDER' as const

  constructor(connection: string) {
    super(`A producer was started with a newer configuration of connection '${connection}'; this one runs no cycles`)
  }
}

/** The configuration that a connection's cycles are run with. */
export const NewestConfig = z.object({
  /** See `configPrint`. */
  print: z.string(),
  /** When a producer was first started with it, ms since the epoch, by Redis. */
  since: z.number(),
  /** That producer's name. */
  by: z.string(),
  /** The fingerprint of the one that was rolled out, while an older one stands in for it. */
  over: z.string().exactOptional(),
})
export type NewestConfig = Readonly<z.infer<typeof NewestConfig>>

/** How a producer's configuration stands: `rolled out` and `took over` are the newest just now, in place of another. */
export type Standing = 'older' | 'newest' | 'rolled out' | 'took over'

/** As the script numbers them. */
const STANDINGS: readonly Standing[] = ['older', 'newest', 'rolled out', 'took over']

/** A producer as it starts. */
export interface StartingProducer {
  readonly name: string
  /** Where its configuration lies: host and path. */
  readonly file: string
  readonly print: string
}

/**
 * Says which configuration a producer has, as it starts or, with `starts: false`, while it runs, which never rolls one
 * out. What the last start with a changed file brought counts, so that a roll-back is a roll-out like any other
 * (docs/decisions/0009-the-last-start-counts.md).
 */
export async function declareConfig(
  redis: RedisClient,
  of: ConnectionName,
  { name, file, print }: StartingProducer,
  { starts }: { starts: boolean } = { starts: true },
): Promise<Standing> {
  const { state, fence, files } = connectionKeys(of)
  const times = [String(TAKE_OVER_MS), String(FILE_REMEMBERED_MS)]
  const args = [of.connection, name, file, print, ...times, starts ? '1' : '0']
  const declare = () => runScript(redis, DECLARE, [accountKeys(of.account).services, state, fence, files], args)
  const answer = await declare().catch(async (error: unknown) => {
    if (!isWrongType(error)) throw error
    await mendKeys(redis, of)
    return await declare()
  })
  return STANDINGS[Number(answer)]!
}

/** The newest configuration; undefined while no producer told of one, or nobody can read what it told. */
export async function newestConfig(redis: RedisClient, of: ConnectionName): Promise<NewestConfig | undefined> {
  return (await readFields(redis, connectionKeys(of).state, { config: NewestConfig })).values.config
}

/** The fencing token of a new cycle, which fences older ones out; null when the producer's configuration is older. */
export async function beginCycle(
  redis: RedisClient,
  of: ConnectionName,
  producer?: Pick<StartingProducer, 'name' | 'print'>,
): Promise<number | null> {
  const { fence, state } = connectionKeys(of)
  const args = [producer?.print ?? '', producer?.name ?? '', String(LAYOUT)]
  const answer = await runScript(redis, BEGIN, [fence, state, accountKeys(of.account).layout], args)
  return answer as number | null
}
