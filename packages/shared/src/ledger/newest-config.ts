import type { Redis } from 'ioredis'
import { ProvisioningError } from '../errors.ts'
import { connectionKeys, SERVICES } from './keys.ts'
import { BEGIN, DECLARE } from './lua/services.ts'
import { runScript } from './script.ts'
import { SILENT_MS } from './services.ts'

/** A file that no producer was started with for this long is forgotten, ms. */
const FILE_REMEMBERED_MS = 100 * 24 * 3_600_000

/** Thrown to a producer that begins a cycle with another configuration than the newest. */
export class OlderConfigError extends ProvisioningError {
  override name = 'OlderConfigError' as const
  override readonly code = 'CONFIG_OLDER' as const

  constructor(connection: string) {
    super(`A producer was started with a newer configuration of connection '${connection}'; this one runs no cycles`)
  }
}

/** The configuration that a connection's cycles are run with. */
export interface NewestConfig {
  /** See `configPrint`. */
  readonly print: string
  /** When a producer was first started with it, ms since the epoch, by Redis. */
  readonly since: number
  /** That producer's name. */
  readonly by: string
}

/** A producer as it starts. */
export interface StartingProducer {
  readonly name: string
  /** Where its configuration lies: host and path. */
  readonly file: string
  readonly print: string
}

/**
 * Says with which configuration a producer starts. What the last start brought counts, so that a roll-back is a roll-out like
 * any other (docs/decisions/0009-the-last-start-counts.md). Returns false when this producer's is older.
 */
export async function declareConfig(
  redis: Redis,
  connection: string,
  { name, file, print }: StartingProducer,
): Promise<boolean> {
  const { state, fence, files } = connectionKeys(connection)
  const keys = [SERVICES, state, fence, files]
  return (
    (await runScript(redis, DECLARE, keys, [
      connection,
      name,
      file,
      print,
      String(SILENT_MS),
      String(FILE_REMEMBERED_MS),
    ])) === 1
  )
}

/** The newest configuration; undefined while no producer told of one. */
export async function newestConfig(redis: Redis, connection: string): Promise<NewestConfig | undefined> {
  const text = await redis.hget(connectionKeys(connection).state, 'config')
  return text ? (JSON.parse(text) as NewestConfig) : undefined
}

/** The fencing token of a new cycle, which fences older ones out; null when the producer's configuration is older. */
export async function beginCycle(
  redis: Redis,
  connection: string,
  producer?: Pick<StartingProducer, 'name' | 'print'>,
): Promise<number | null> {
  const { fence, state } = connectionKeys(connection)
  const answer = await runScript(redis, BEGIN, [fence, state], [producer?.print ?? '', producer?.name ?? ''])
  return answer as number | null
}
