import { Redis } from 'ioredis'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { hostOf, reasonOf } from '@provisioner/shared/redis.ts'

/** How long a command, for which somebody waits, waits for an answer of Redis before it gives the connection up, ms. */
const SILENCE_MS = 5_000

/** How often a connection that was lost in the middle of a command is made anew, some 2 s altogether. */
const RETRIES = 4

/** Thrown when a command can't reach Redis, or has lost it for good. */
export class RedisUnreachableError extends ProvisioningError {
  override name = 'RedisUnreachableError' as const
  override readonly code = 'REDIS_UNREACHABLE' as const

  constructor(url: string, reason: string) {
    super(`Redis at ${hostOf(url)} can't be reached (${reason}); start it, or correct redis.url`)
  }
}

/**
 * Thrown when Redis takes nothing at the moment, or not from us: it is full, a replica, not saving, or wants more
 * rights.
 */
export class RedisRefusesError extends ProvisioningError {
  override name = 'RedisRefusesError' as const
  override readonly code = 'REDIS_REFUSES' as const

  constructor(url: string, cause: Error) {
    super(`Redis at ${hostOf(url)} refuses: ${cause.message}`, { cause })
  }
}

/** How such an answer begins. Any other refusal is a mistake of ours, and keeps its stack. */
const REFUSALS = /^(OOM|READONLY|MISCONF|NOREPLICAS|NOPERM|NOAUTH|LOADING|MASTERDOWN)\b/

/** The connection of one command. */
export interface CommandRedis extends Disposable {
  readonly redis: Redis
  /** Why a command failed, when it is for Redis: its own error says only that the connection is closed. */
  explain(error: unknown): unknown
}

/**
 * Connects at once or not at all. Of a connection that is lost later, a few are made in its place, and what was not
 * answered is said again; if that fails, every command to it does.
 *
 * @throws RedisUnreachableError
 */
export async function openCommandRedis(url: string): Promise<CommandRedis> {
  let reason = 'no answer'
  let connected = false
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => (connected && attempt <= RETRIES ? 200 * attempt : null),
    connectionName: 'provisioner-command',
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  })
  redis.on('error', (error: NodeJS.ErrnoException) => (reason = reasonOf(error)))
  try {
    await redis.connect()
  } catch {
    throw new RedisUnreachableError(url, reason)
  }
  connected = true
  return {
    redis,
    explain: (error) => {
      if (redis.status === 'end') return new RedisUnreachableError(url, reason)
      return error instanceof Error && REFUSALS.test(error.message) ? new RedisRefusesError(url, error) : error
    },
    // A disconnect of a client that has ended starts a timer, which keeps the process alive for two seconds.
    [Symbol.dispose]: () => redis.status !== 'end' && redis.disconnect(),
  }
}
