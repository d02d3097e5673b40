import { serversOf, type RedisConfig } from '@provisioner/shared/config/redis.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { openRedisClient } from '@provisioner/shared/open-redis-client.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { refusalOf } from '@provisioner/shared/redis-refusal.ts'
import { reasonOf } from '@provisioner/shared/tell-redis-losses.ts'

/** How long a command, for which somebody waits, waits for an answer of Redis before it gives the connection up, ms. */
const SILENCE_MS = 5_000

/** How often a connection that was lost in the middle of a command is made anew, some 2 s altogether. */
const RETRIES = 4

/** Thrown when a command can't reach Redis, may not use it, or has lost it for good. */
export class RedisUnreachableError extends ProvisioningError {
  override name = 'RedisUnreachableError' as const
  override readonly code = 'REDIS_UNREACHABLE' as const

  constructor(config: RedisConfig, reason: string) {
    const refusal = refusalOf(reason, config)
    super(
      refusal
        ? `Redis at ${serversOf(config)} can't be used: ${refusal.what}; ${refusal.todo}`
        : `Redis at ${serversOf(config)} can't be reached (${reason}); start it, or correct ${keyOf(config)}`,
    )
  }
}

/**
 * Thrown when Redis takes nothing at the moment, or not from us: it is full, a replica, not saving, or wants more
 * rights.
 */
export class RedisRefusesError extends ProvisioningError {
  override name = 'RedisRefusesError' as const
  override readonly code = 'REDIS_REFUSES' as const

  constructor(config: RedisConfig, cause: Error) {
    super(`Redis at ${serversOf(config)} refuses: ${cause.message}`, { cause })
  }
}

function keyOf({ sentinels, cluster }: RedisConfig): string {
  if (cluster !== undefined) return 'redis.cluster'
  return sentinels === undefined ? 'redis.url' : 'redis.sentinels and redis.name'
}

/** How such an answer begins. Any other refusal is a mistake of ours, and keeps its stack. */
const REFUSALS = /^(OOM|READONLY|MISCONF|NOREPLICAS|NOPERM|NOAUTH|LOADING|MASTERDOWN|CLUSTERDOWN)\b/

/** The connection of one command. */
export interface CommandRedis extends Disposable {
  readonly redis: RedisClient
  /** Why a command failed, when it is for Redis: its own error says only that the connection is closed. */
  explain(error: unknown): unknown
}

/**
 * Connects at once or not at all. Of a connection that is lost later, a few are made in its place, and what was not
 * answered is said again; if that fails, every command to it does.
 *
 * @throws RedisUnreachableError
 */
export async function openCommandRedis(config: RedisConfig): Promise<CommandRedis> {
  let reason = 'no answer'
  let connected = false
  const redis = openRedisClient(config, {
    connectionName: 'provisioner-command',
    silenceMs: SILENCE_MS,
    commands: 'wait for attempts',
    retry: (attempt) => (connected && attempt <= RETRIES ? 200 * attempt : null),
    lazy: true,
  })
  redis.on('error', (error: Error) => (reason = reasonOf(error)))
  redis.on('sentinelError', (error: Error) => (reason = reasonOf(error)))
  const disconnect = () => redis.status !== 'end' && redis.disconnect()
  try {
    await connect(redis)
  } catch {
    disconnect()
    throw new RedisUnreachableError(config, reason)
  }
  connected = true
  return {
    redis,
    explain: (error) => {
      if (redis.status === 'end' || isGivenUp(error)) return new RedisUnreachableError(config, reason)
      return error instanceof Error && REFUSALS.test(error.message) ? new RedisRefusesError(config, error) : error
    },
    // A disconnect of a client that has ended starts a timer, which keeps the process alive for two seconds.
    [Symbol.dispose]: disconnect,
  }
}

/**
 * Rejects when the client ends before it is ready: that of a cluster ends, and tells nobody who connected. Of one none
 * of whose nodes has a hash slot it does not even end.
 */
async function connect(redis: RedisClient): Promise<void> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = () => reject(new Error('The connection has ended'))
  redis.once('end', end)
  const late = setTimeout(end, 2 * SILENCE_MS)
  await Promise.race([redis.connect(), ended]).finally(() => {
    clearTimeout(late)
    redis.off('end', end)
  })
}

/** What ioredis says when a cluster has no node for a command, however often it was tried. */
function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Too many Cluster redirections')
}
