import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { loadConfig } from '@provisioner/shared/config/load-config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { cycleQueueName } from '@provisioner/shared/queues.ts'
import { connectRedis, hostOf } from '@provisioner/shared/redis.ts'
import { openAccount } from '@provisioner/zendesk/open-account.ts'
import { Evaluator } from '../expressions/evaluator.ts'
import { openSources } from '../producer.ts'

/** Thrown for a connection that the configuration does not have. */
export class UnknownConnectionError extends ProvisioningError {
  override name = 'UnknownConnectionError' as const
  override readonly code = 'CONNECTION_UNKNOWN' as const

  constructor(asked: string, known: readonly string[]) {
    super(`The configuration has no connection '${asked}'; it has ${known.join(', ')}`)
  }
}

/** What one command of the CLI works with. */
export interface CliSession extends AsyncDisposable {
  readonly config: Config
  readonly redis: Redis
  /** The connections that the command is about: the one that was named, or all. */
  readonly connections: readonly ConnectionConfig[]
  sources(connection: ConnectionConfig): ReturnType<typeof openSources>
  /** Asks the producer for a cycle now. */
  startCycle(connection: string): Promise<void>
}

/** Opens what a command needs. @throws ConfigError, UnknownConnectionError, and when Redis can't be reached in 5 s */
export async function openSession({
  configPath,
  connection,
}: {
  configPath: string
  connection?: string | undefined
}): Promise<CliSession> {
  const config = await loadConfig({ path: configPath, env: process.env })
  const chosen = config.connections.filter((one) => connection === undefined || one.id === connection)
  if (chosen.length === 0)
    throw new UnknownConnectionError(
      connection ?? '',
      config.connections.map((one) => one.id),
    )
  // The CLI speaks to people: its own lines go to the terminal, the log is for trouble only.
  const log = createLogger({ name: 'provisioner', level: process.env['LOG_LEVEL'] ?? 'error' })
  const owned = new AsyncDisposableStack()
  const redis = connectRedis(config.redis.url, { role: 'ordinary', log })
  owned.defer(() => redis.disconnect())
  try {
    await reachable(redis, config.redis.url)
  } catch (error) {
    await owned.disposeAsync() // a client that goes on connecting would keep the command from ending
    throw error
  }
  const evaluator = owned.use(new Evaluator({ log }))
  return {
    config,
    redis,
    connections: chosen,
    sources: (one) => {
      const account = owned.use(
        openAccount({ id: one.account, config: config.accounts[one.account]!, redis, log, readOnly: true }),
      )
      return owned.use(openSources({ config, connection: one, redis, zendesk: account.client, evaluator, log }))
    },
    startCycle: async (id) => {
      const bullmq = connectRedis(config.redis.url, { role: 'bullmq', log })
      const queue = new Queue(cycleQueueName(id), { connection: bullmq })
      await queue.add('cycle', {}, { removeOnComplete: { count: 200 }, removeOnFail: { count: 200 } })
      await queue.close()
      bullmq.disconnect()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A command that people wait for says soon that Redis is away. */
async function reachable(redis: Redis, url: string): Promise<void> {
  const host = hostOf(url)
  const answered = new AbortController()
  const late = sleep(5_000, undefined, { signal: answered.signal }).then(
    () => Promise.reject(new RedisUnreachableError(host)),
    () => {},
  )
  try {
    await Promise.race([redis.ping(), late])
  } finally {
    answered.abort() // a timer that runs on would keep the command from ending
  }
}

export class RedisUnreachableError extends ProvisioningError {
  override name = 'RedisUnreachableError' as const
  override readonly code = 'REDIS_UNREACHABLE' as const

  constructor(host: string) {
    super(`Redis at ${host} does not answer; start it, or correct redis.url`)
  }
}
