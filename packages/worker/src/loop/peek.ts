import type { Redis } from 'ioredis'
import type { Line } from './line.ts'

/** BullMQ's delayed score: due time in ms × 4096, plus a sequence number. */
const DELAYED_FACTOR = 4096

/** Longest sleep between two looks, ms: some of BullMQ's moves set no marker (trap 6). */
const LONGEST_SLEEP_MS = 1_000

/**
 * Looks at every queue in one round trip: ready = waiting + prioritised + due, less what is being pulled. A paused queue has none, or the loop would
 * spin on it (trap 8). Returns when the next look is due, ms since the epoch.
 */
export async function peek(redis: Redis, lines: readonly Line[], now: number): Promise<number> {
  const pipeline = redis.pipeline()
  for (const line of lines) {
    const key = (name: string) => line.worker.toKey(name)
    pipeline
      .llen(key('wait'))
      .zcard(key('prioritized'))
      .zcount(key('delayed'), 0, (now + 1) * DELAYED_FACTOR - 1)
      .hexists(key('meta'), 'paused')
      .zrange(key('delayed'), '0', '0', 'WITHSCORES')
  }
  const answers = ((await pipeline.exec()) ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  })
  let due = now + LONGEST_SLEEP_MS
  lines.forEach((line, i) => {
    const [waiting, prioritised, dueNow, paused, next] = answers.slice(5 * i, 5 * i + 5) as [
      number,
      number,
      number,
      number,
      string[],
    ]
    line.ready = paused === 1 || now < line.emptyUntil ? 0 : Math.max(0, waiting + prioritised + dueNow - line.pulling)
    line.readySince = line.ready > 0 ? line.readySince || now : 0
    if (dueNow === 0 && next[1] !== undefined && paused === 0)
      due = Math.min(due, Math.floor(Number(next[1]) / DELAYED_FACTOR))
  })
  return due
}
