import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { ProvisioningError } from './errors.ts'
import type { Logger } from './logger.ts'
import { fitnessOf } from './redis-fitness.ts'

/**
 * Connects to Redis and keeps at it for ever. A lost connection is logged once, and its return once.
 *
 * `blocking` clients and those for BullMQ wait for Redis with every command; an `ordinary` one does too, since what a
 * service has to say to Redis can't be left out.
 */
export function connectRedis(
  url: string,
  { role, log }: { role: 'ordinary' | 'blocking' | 'bullmq'; log: Logger },
): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000),
    enableReadyCheck: role !== 'blocking',
    connectionName: `provisioner-${role}`,
  })
  let away = false
  redis.on('error', (error: NodeJS.ErrnoException) => {
    if (away) return
    away = true
    if (role === 'ordinary')
      log.warn({ reason: error.code ?? error.message, redis: hostOf(url) }, 'Redis is away; waiting for it')
  })
  redis.on('ready', () => {
    if (away && role === 'ordinary') log.info({ redis: hostOf(url) }, 'Redis is back')
    away = false
  })
  return redis
}

/** Thrown when a Redis would lose jobs, or is too old. */
export class RedisUnfitError extends ProvisioningError {
  override name = 'RedisUnfitError' as const
  override readonly code = 'REDIS_UNFIT' as const
}

/**
 * Waits for Redis, then makes sure that it keeps what it is given.
 *
 * @throws RedisUnfitError for an eviction policy other than `noeviction`, and for a version before 6.2
 */
export async function assertRedisFit(
  redis: Redis,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<void> {
  while (redis.status !== 'ready') {
    signal.throwIfAborted()
    await sleep(100, undefined, { signal })
  }
  const { version, unfit, warning } = fitnessOf(await redis.info())
  if (unfit !== undefined) throw new RedisUnfitError(unfit)
  if (warning !== undefined) log.warn({ version, reason: warning }, 'Redis may lose data')
}

/** The server in an address, for a message: nothing else of the address, which may hold a password. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'redis'
}
