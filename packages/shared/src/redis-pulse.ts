import type { RedisClient } from './redis-client.ts'

/** How often a connection is asked for a sign of life, ms. */
const BEAT_MS = 2_000

/** An answer that takes longer is told, ms: Redis answers a ping in less than one. */
const LATE_MS = 3_000

/** Whether a connection still carries answers. */
export interface RedisPulse extends Disposable {
  /** What is wrong, in words; undefined while Redis answers. */
  readonly trouble: string | undefined
}

/**
 * Asks Redis for a sign of life, also on a connection on which nobody says anything: a firewall that forgot it, or a
 * Redis that stands still, closes nothing. Once it owes an answer for too long the client gives the connection up
 * itself (`socketTimeout`).
 */
export function watchPulse(redis: RedisClient): RedisPulse {
  let askedAt: number | undefined
  const timer = setInterval(() => {
    // A client that is away reconnects by itself; one that still owes an answer is not asked again.
    if (askedAt !== undefined || redis.status !== 'ready') return
    askedAt = Date.now()
    redis.ping().then(
      () => (askedAt = undefined),
      () => (askedAt = undefined),
    )
  }, BEAT_MS)
  return {
    get trouble() {
      if (redis.status !== 'ready') return `Redis is away (${redis.status})`
      const silent = askedAt === undefined ? 0 : Date.now() - askedAt
      return silent > LATE_MS ? `Redis has not answered for ${Math.round(silent / 1_000)} s` : undefined
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
