import manifest from '../package.json' with { type: 'json' }
import type { RedisClient } from './redis-client.ts'
import type { Config } from './config/config.ts'
import { ConfigError, formatConfigError, type ConfigMistake } from './config/config-error.ts'
import { loadConfig, type LoadOptions } from './config/load-config.ts'
import { EnvironmentError, healthAddressOf, logLevelOf } from './environment.ts'
import { ProvisioningError } from './errors.ts'
import { startHealthServer } from './health.ts'
import { logTrouble } from './log-output.ts'
import { readHealth } from './ledger/connection-health.ts'
import { connectionName } from './ledger/keys.ts'
import { createLogger, type Logger } from './logger.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { accountsOf, assertRedisFit, connectRedis } from './redis.ts'
import { watchRedisMemory } from './redis-memory.ts'
import { watchPulse } from './redis-pulse.ts'
import { sentences } from './sentence.ts'
import { shutdownSignal } from './shutdown.ts'

export interface Service {
  readonly config: Config
  /** Where it was read from. */
  readonly configPath: string
  readonly redis: RedisClient
  /** For BullMQ: its commands may block, and it waits for Redis for ever. */
  readonly bullmq: RedisClient
  readonly log: Logger
  /** What /metrics tells, on the port of health. */
  readonly metrics: Metrics
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
 * everything in reverse order. A configuration or environment that can't work ends the process with exit code 2 and all
 * its errors; a Redis that is away is waited for.
 *
 * Environment: PROVISIONER_CONFIG, LOG_LEVEL, HEALTH_HOST, HEALTH_PORT (0 for any free port).
 */
export async function runService(
  { name, defaultHealthPort, judge }: ServiceOptions,
  start: (service: Service) => Promise<void>,
): Promise<void> {
  const { env } = process
  let log = createLogger({ name, level: 'info' })
  const stop = shutdownSignal()
  try {
    log = createLogger({ name, level: logLevelOf(env, 'info') })
    const address = healthAddressOf(env, defaultHealthPort)
    const configPath = env['PROVISIONER_CONFIG'] || 'provisioner.yaml'
    const warn = ({ line, key, allowed }: ConfigMistake) =>
      log.warn({ file: configPath, line, key, instead: allowed }, 'A secret stands in the configuration in plain text')
    const config = await loadConfig({ path: configPath, env, warn, ...(judge && { judge }) })
    await using owned = new AsyncDisposableStack()
    const redis = connectRedis(config.redis, { role: 'ordinary', log })
    owned.defer(() => redis.disconnect())
    const bullmq = connectRedis(config.redis, { role: 'bullmq', log })
    owned.defer(() => bullmq.disconnect())
    const memory = owned.use(watchRedisMemory(redis, { accounts: accountsOf(config.connections), log }))
    const pulses = [redis, bullmq].map((client) => owned.use(watchPulse(client)))
    const metrics = createMetrics({ service: name, version: manifest.version })
    let started = false
    const health = await startHealthServer({
      ...address,
      checks: {
        // a ping would wait for a Redis that is away, and the next one behind it
        redis: () => {
          const trouble = pulses.map((pulse) => pulse.trouble).find(Boolean) ?? memory.full
          if (trouble !== undefined) throw new Error(trouble)
        },
        started: () => {
          if (!started) throw new Error(`The ${name} waits for Redis`)
        },
      },
      degraded: async () => {
        const trouble = logTrouble()
        return { ...(await readReasons(redis, config)), ...(trouble !== undefined && { log: trouble }) }
      },
      metrics,
      log,
    })
    owned.use(health)
    stop.addEventListener('abort', () => endAnyway(log, redis.status === 'ready' ? END_MS : AWAY_END_MS), {
      once: true,
    })
    await assertRedisFit(redis, { accounts: accountsOf(config.connections), log, signal: stop })
    await start({ config, configPath, redis, bullmq, log, metrics, owned })
    started = true
    log.info({ health: health.port }, 'Started')
    await aborted(stop)
    log.info('Stopping')
  } catch (error) {
    if (stop.aborted) return
    process.exitCode = error instanceof ConfigError || error instanceof EnvironmentError ? 2 : 1
    if (error instanceof ConfigError) process.stderr.write(`${formatConfigError(error)}\n`)
    else if (error instanceof EnvironmentError) process.stderr.write(`${error.message}\n`)
    else if (error instanceof ProvisioningError) log.fatal({ code: error.code, reason: error.message }, 'Not started')
    else log.fatal({ err: error }, 'Not started')
  }
}

/** What keeps the connections from their work, by connection and code. */
async function readReasons(redis: RedisClient, config: Config): Promise<Record<string, string>> {
  const health = await Promise.all(config.connections.map((one) => readHealth(redis, connectionName(one))))
  return Object.fromEntries(
    health.flatMap(({ connection, troubles }) =>
      troubles.map((trouble) => [`${connection} ${trouble.code}`, sentences(trouble)]),
    ),
  )
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
 * A stop that hangs ends all the same: its leases run out, and others take its work over. The timer keeps nothing
 * alive, so a stop that works never sees it.
 */
function endAnyway(log: Logger, ms: number): void {
  setTimeout(() => {
    if (ms === END_MS) log.error('Not stopped in time; the process ends now, and others take its work over')
    process.exit(ms === END_MS ? 1 : 0)
  }, ms).unref()
}
