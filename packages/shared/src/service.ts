import type { Redis } from 'ioredis'
import type { Config } from './config/config.ts'
import { ConfigError, formatConfigError, type ConfigMistake } from './config/config-error.ts'
import { loadConfig, type LoadOptions } from './config/load-config.ts'
import { ProvisioningError } from './errors.ts'
import { startHealthServer } from './health.ts'
import { createLogger, type Logger } from './logger.ts'
import { assertRedisFit, connectRedis } from './redis.ts'
import { watchRedisMemory } from './redis-memory.ts'
import { shutdownSignal } from './shutdown.ts'

export interface Service {
  readonly config: Config
  readonly redis: Redis
  /** For BullMQ: its commands may block, and it waits for Redis for ever. */
  readonly bullmq: Redis
  readonly log: Logger
  /** Disposed in reverse order when the service stops. */
  readonly owned: AsyncDisposableStack
}

export interface ServiceOptions {
  readonly name: string
  readonly defaultHealthPort: number
  /** See {@link LoadOptions}. */
  readonly judge?: LoadOptions['judge']
}

/**
 * Runs a service from start to stop: configuration, log, Redis, health, then `start`; SIGTERM or SIGINT releases
 * everything in reverse order. A configuration that can't work ends the process with exit code 2 and all its errors;
 * a Redis that is away is waited for.
 *
 * Environment: PROVISIONER_CONFIG, LOG_LEVEL, HEALTH_HOST, HEALTH_PORT (0 for any free port).
 */
export async function runService(
  { name, defaultHealthPort, judge }: ServiceOptions,
  start: (service: Service) => Promise<void>,
): Promise<void> {
  const { env } = process
  const log = createLogger({ name, level: env['LOG_LEVEL'] ?? 'info' })
  const stop = shutdownSignal()
  try {
    const path = env['PROVISIONER_CONFIG'] ?? 'provisioner.yaml'
    const warn = ({ line, key, allowed }: ConfigMistake) =>
      log.warn({ file: path, line, key, instead: allowed }, 'A secret stands in the configuration in plain text')
    const config = await loadConfig({ path, env, warn, ...(judge && { judge }) })
    await using owned = new AsyncDisposableStack()
    const redis = connectRedis(config.redis.url, { role: 'ordinary', log })
    owned.defer(() => redis.disconnect())
    const bullmq = connectRedis(config.redis.url, { role: 'bullmq', log })
    owned.defer(() => bullmq.disconnect())
    const memory = owned.use(watchRedisMemory(redis, log))
    let started = false
    const health = await startHealthServer({
      host: env['HEALTH_HOST'] ?? '0.0.0.0',
      port: Number(env['HEALTH_PORT'] ?? defaultHealthPort),
      checks: {
        // a ping would wait for a Redis that is away, and the next one behind it
        redis: () => {
          if (redis.status !== 'ready') throw new Error(`Redis is away (${redis.status})`)
          if (memory.full !== undefined) throw new Error(memory.full)
        },
        started: () => {
          if (!started) throw new Error(`The ${name} waits for Redis`)
        },
      },
      log,
    })
    owned.use(health)
    await assertRedisFit(redis, { log, signal: stop })
    await start({ config, redis, bullmq, log, owned })
    started = true
    log.info({ health: health.port }, 'Started')
    await aborted(stop)
    log.info('Stopping')
    endAnyway(log, redis.status === 'ready' ? END_MS : AWAY_END_MS)
  } catch (error) {
    if (stop.aborted) return
    process.exitCode = error instanceof ConfigError ? 2 : 1
    if (error instanceof ConfigError) process.stderr.write(`${formatConfigError(error)}\n`)
    else if (error instanceof ProvisioningError) log.fatal({ code: error.code, reason: error.message }, 'Not started')
    else log.fatal({ err: error }, 'Not started')
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Longer than any grace of what a service owns, shorter than compose's, ms. */
const END_MS = 25_000

/** To a Redis that is away nothing can be said any more, and closing its clients would wait for it, ms. */
const AWAY_END_MS = 2_000

/**
 * A stop that hangs ends all the same: whatever was held runs out, and others take it over. The timer keeps nothing
 * alive, so a stop that works never sees it.
 */
function endAnyway(log: Logger, ms: number): void {
  setTimeout(() => {
    if (ms === END_MS) log.error('Not stopped in time; the process ends now, and others take over what it held')
    process.exit(ms === END_MS ? 1 : 0)
  }, ms).unref()
}
