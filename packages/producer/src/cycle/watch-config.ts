import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import { declareConfig, newestConfig, type StartingProducer } from '@provisioner/shared/ledger/newest-config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'

/** How often a producer looks whether its configuration is still the newest, ms. */
const LOOK_MS = 3_000

/** What a producer says that works although its configuration is older. */
export const TOOK_OVER =
  'No producer with the newest configuration has lived for a minute; this older one works until one is started. Start one, or give each host the same file'

/** So many looks at a Redis that lost its data are left to the producer that worked: it tells what the newest was. */
const LOOKS_LEFT = 6

/**
 * Halts a producer's cycles while its configuration is older than the newest, and says so, once. Should the newest
 * become the same again, as after a roll-back, or no producer that has it live for long, they go on.
 */
export function watchConfig({
  redis,
  connection,
  producer,
  isNewest,
  halt,
  goOn,
  log,
}: {
  redis: RedisClient
  connection: ConnectionName
  producer: StartingProducer
  /** Whether it is at the start. */
  isNewest: boolean
  halt: () => Promise<void>
  goOn: () => Promise<void>
  log: Logger
}): Disposable & { readonly isNewest: boolean; look(): Promise<void> } {
  let runs = isNewest
  let missing = 0
  const look = async () => {
    const newest = await newestConfig(redis, connection)
    missing = newest ? 0 : missing + 1
    let isNewest = newest?.print === producer.print
    let tookOver = false
    if (!isNewest && (newest ? !runs : runs || missing > LOOKS_LEFT)) {
      const standing = await declareConfig(redis, connection, producer, { starts: false })
      tookOver = standing === 'took over'
      isNewest = standing !== 'older'
    }
    if (isNewest === runs) return
    if (isNewest) {
      await goOn() // should it fail, the next look tries again
      runs = true
      if (tookOver) log.warn(TOOK_OVER)
      else log.info('This configuration is the newest again; cycles go on')
    } else {
      runs = false
      tell(newest)
      await halt()
    }
  }
  const tell = (newest: Awaited<ReturnType<typeof newestConfig>>) =>
    log.warn(
      { newestSince: newest && new Date(newest.since).toISOString(), newestBy: newest?.by },
      'A producer was started with a newer configuration; this one runs no cycles until it is restarted with that',
    )
  if (!runs) newestConfig(redis, connection).then(tell, (error: unknown) => log.debug({ err: error }, 'Not looked at'))
  const timer = setInterval(() => {
    if (redis.status === 'ready')
      look().catch((error: unknown) => log.debug({ err: error }, 'Configuration not looked at'))
  }, LOOK_MS)
  return {
    get isNewest() {
      return runs
    },
    look,
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
