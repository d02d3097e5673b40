import type { Redis } from 'ioredis'
import { newestConfig, type StartingProducer } from '@provisioner/shared/ledger/newest-config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'

/** How often a producer looks whether its configuration is still the newest, ms. */
const LOOK_MS = 3_000

/**
 * Halts a producer's cycles while its configuration is older than the newest, and says so, once. Should the newest become the
 * same again, as after a roll-back, they go on.
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
  redis: Redis
  connection: string
  producer: StartingProducer
  /** Whether it is at the start. */
  isNewest: boolean
  halt: () => Promise<void>
  goOn: () => Promise<void>
  log: Logger
}): Disposable & { readonly isNewest: boolean; look(): Promise<void> } {
  let runs = isNewest
  const look = async () => {
    const newest = await newestConfig(redis, connection)
    const isSame = newest === undefined || newest.print === producer.print
    if (isSame === runs) return
    runs = isSame
    if (!runs) tell(newest)
    await (runs ? goOn() : halt())
    if (runs) log.info('This configuration is the newest again; cycles go on')
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
