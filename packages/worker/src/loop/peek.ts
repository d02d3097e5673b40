import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { leaveOut } from './leave-out.ts'
import type { Line } from './line.ts'

/** Longest sleep between two looks while some queue has a job in whatever state, ms: that it is due wakes nobody. */
const LONGEST_SLEEP_MS = 1_000

/** The same while all queues are empty, ms. Of each job that is added BullMQ tells; what a hand does, it may not. */
const IDLE_SLEEP_MS = 20_000

/**
 * How soon a queue is looked at again of which a delayed job is due within the longest sleep, ms. BullMQ counts delayed
 * jobs up to a time, and does not say when the next one is due.
 */
const DELAYED_SOON_MS = 50

/**
 * Looks at every queue: ready = waiting + prioritised + due, less what is being pulled. A paused queue has none,
 * whoever paused it, or the loop would spin on it. One that BullMQ can't read has none either, and is told. Returns
 * when the next look is due, ms since the epoch.
 *
 * An empty queue costs one command of Redis, one with jobs three or four.
 */
export async function peek(
  lines: readonly Line[],
  now: number,
  { isPaused, log }: { isPaused: (line: Line) => Promise<boolean>; log: Logger },
): Promise<number> {
  const seen = await Promise.all(lines.map((line) => look(line, now, isPaused).catch(unlessWrongType)))
  const areIdle = seen.every((one) => !(one instanceof Error) && one.isEmpty)
  let due = now + (areIdle ? IDLE_SLEEP_MS : LONGEST_SLEEP_MS)
  for (const [i, line] of lines.entries()) {
    const one = seen[i]!
    if (one instanceof Error) {
      leaveOut(line, one, log, now)
      continue
    }
    const { queued, active, isMoreDueSoon } = one
    line.active = active
    const there = Math.max(0, queued - line.pulling)
    line.ready = now < line.emptyUntil ? 0 : there
    if (line.ready > 0) line.readySince ||= now
    // A pull whose answer is on its way is taken off twice: whether something is left, the next look tells.
    else if (queued === 0 || line.pulling === 0) line.readySince = 0
    if (line.ready < there) due = Math.min(due, line.emptyUntil)
    if (isMoreDueSoon) due = Math.min(due, now + DELAYED_SOON_MS)
  }
  return due
}

/** A queue as it was found. */
interface Seen {
  /** Whether it has no jobs but those that have ended. */
  readonly isEmpty: boolean
  /** Jobs that could be pulled now. */
  readonly queued: number
  readonly active: number
  /** Whether a delayed job will be due before the longest sleep ends. */
  readonly isMoreDueSoon: boolean
}

async function look(line: Line, now: number, isPaused: (line: Line) => Promise<boolean>): Promise<Seen> {
  const { jobs } = line
  const counts = await jobs.getJobCounts('waiting', 'prioritized', 'delayed', 'active')
  const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = counts
  const isEmpty = waiting + prioritized + delayed + active === 0
  if (waiting + prioritized + delayed === 0) return { isEmpty, queued: 0, active, isMoreDueSoon: false }
  const dueBefore = async (time: number) => (delayed > 0 ? jobs.getDelayedCount(time) : 0)
  const [isQueuePaused, isLinePaused, due, soon] = await Promise.all([
    jobs.isPaused(),
    isPaused(line),
    dueBefore(now + 1),
    dueBefore(now + LONGEST_SLEEP_MS),
  ])
  if (isQueuePaused || isLinePaused) return { isEmpty, queued: 0, active, isMoreDueSoon: false }
  return { isEmpty, queued: waiting + prioritized + due, active, isMoreDueSoon: soon > due }
}

function unlessWrongType(error: unknown): Error {
  if (!(error instanceof Error && isWrongType(error))) throw error
  return error
}
