import type { Redis } from 'ioredis'
import { lookAt } from '../moves/moves.ts'
import type { Line } from './line.ts'

/** Longest sleep between two looks, ms: some of BullMQ's moves set no marker (trap 6). */
const LONGEST_SLEEP_MS = 1_000

/**
 * Looks at every queue in one call: ready = waiting + prioritised + due, less what is being pulled. A paused queue has
 * none, or the loop would spin on it (trap 8). Returns when the next look is due, ms since the epoch.
 */
export async function peek(redis: Redis, lines: readonly Line[], now: number): Promise<number> {
  const seen = await lookAt(redis, lines, now)
  let due = now + LONGEST_SLEEP_MS
  for (const [i, line] of lines.entries()) {
    const { waiting, prioritised, delayedAndDue, paused, nextDelayed } = seen[i]!
    const queued = paused ? 0 : waiting + prioritised + delayedAndDue
    const there = Math.max(0, queued - line.pulling)
    line.ready = now < line.emptyUntil ? 0 : there
    if (line.ready > 0) line.readySince ||= now
    // A pull whose answer is on its way is taken off twice: whether something is left, the next look tells.
    else if (queued === 0 || line.pulling === 0) line.readySince = 0
    if (line.ready < there) due = Math.min(due, line.emptyUntil)
    if (nextDelayed !== null && delayedAndDue === 0 && !paused) due = Math.min(due, nextDelayed)
  }
  return due
}
