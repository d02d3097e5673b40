import { z } from 'zod'
import type { Kind } from './entity.ts'
import { isRemovalQueue, QUEUE_OF, type Operation } from './queues.ts'
import { formatTime } from './format-time.ts'
import { formatDuration } from './duration.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The waits after the first failure in a row, the second, and so on; the last one counts from there on, ms. */
const LADDER = [5 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR] as const

/** The same where access is to be taken away: who left keeps it meanwhile. */
const OF_REMOVALS = [5 * MINUTE, 15 * MINUTE] as const

/** Where the ladder begins for what Zendesk refused: it will refuse it again until somebody changes something. */
const REFUSED_FROM: Readonly<Record<Kind, number>> = { user: 3, group: 1, membership: 1 }

/** Refusals of removals that leave nobody with access: they are suspended instead. */
const SUSPENDED_INSTEAD: ReadonlySet<string> = new Set(['OPEN_TICKETS', 'SEAT_NOT_FREED'])

/** While nothing at all gets through, one change is tried for all that wait, after this, ms. */
export const PROBE_MS = LADDER[0]

/** A full set of attempts takes at least so long, ms: what was written in that time was written beside it. */
const SET_MS = MINUTE

/** A change of these may take access away, as a suspension does. */
const RIGHTS: ReadonlySet<string> = new Set(['role', 'custom_role_id', 'suspended'])

/** How often in a row the job of one revision has failed with one cause. */
export const Failures = z.object({
  /** What stays the same of the reason when it fails again: see `causeOf`. */
  cause: z.string(),
  /** How often its job has failed, each time with a full set of attempts or a refusal. */
  times: z.number(),
  /** When the first and the last of these jobs failed, ms since the epoch. */
  since: z.number(),
  at: z.number(),
  /** Whether others on its queue were written meanwhile: then it is no trouble that all have. */
  others: z.boolean(),
  /** Whether a cycle has retried it since: who retries it by hand begins a new row. */
  tried: z.boolean(),
})
export type Failures = Readonly<z.infer<typeof Failures>>

/** What is to be written, as far as the wait for it depends on that. */
export interface Failing {
  readonly kind: Kind
  readonly operation: Operation
  readonly changed: readonly string[]
  /** The code under which Zendesk refused it; null of a passing error. */
  readonly refused: string | null
}

/**
 * How long what has failed waits until a cycle retries it, ms.
 *
 *   failed in a row | passing error | refused group or membership | refused user | removal
 *   ----------------|---------------|-----------------------------|--------------|--------
 *   once            | 5 min         | 1 h                         | 24 h         | 5 min
 *   twice           | 1 h           | 4 h                         | 24 h         | 15 min
 *   three times     | 4 h           | 24 h                        | 24 h         | 15 min
 *   more often      | 24 h          | 24 h                        | 24 h         | 15 min
 *
 * A removal is whatever may take access away, refused or not: a suspension, a deletion, a membership's end, and an
 * update that changes a role; not where Zendesk does not let us delete or downgrade somebody, who is suspended instead:
 * that waits as any refused user. Groups and memberships that were refused begin earlier than users: it is mostly
 * others of them that stand in their way.
 */
export function waitMs(failing: Failing, times: number): number {
  const { kind, refused } = failing
  const waits = isRemoval(failing) ? OF_REMOVALS : LADDER.slice(refused === null ? 0 : REFUSED_FROM[kind])
  return waits[Math.min(times, waits.length) - 1]!
}

function isRemoval({ operation, changed, refused }: Failing): boolean {
  if (refused !== null && SUSPENDED_INSTEAD.has(refused)) return false
  if (isRemovalQueue(QUEUE_OF[operation]) || operation === 'delete group') return true
  return operation === 'update user' && changed.some((name) => RIGHTS.has(name))
}

/**
 * Counts a failed job, once however often it is looked at.
 *
 *   before                             | the row afterwards
 *   -----------------------------------|--------------------
 *   this failure is counted            | the same
 *   none; another cause                | begins
 *   the same cause, retried by a cycle | is one longer
 *   the same cause, retried by hand    | begins
 *
 * @param failed when the job failed, ms since the epoch, and why
 * @param written when another change of its queue was written last, ms since the epoch; 0 for never
 */
export function countFailure(
  before: Failures | null,
  failed: { readonly at: number; readonly cause: string },
  written: number,
): Failures {
  // not 'later than': clocks of workers differ
  if (before?.at === failed.at) return before
  if (!before?.tried || before.cause !== failed.cause)
    return { ...failed, times: 1, since: failed.at, others: written > failed.at - SET_MS, tried: false }
  const { times, since, others } = before
  return { ...failed, times: times + 1, since, others: others || written > before.at, tried: false }
}

/**
 * Whether a cycle is to retry what has failed: its wait is over, or nothing at all was written while it failed, and
 * something was since, so that what all had has ended. That a cycle had retried it already, and came to no end of that,
 * is due as well.
 */
export function isDue(
  failing: Failing,
  failures: Failures,
  { now, written }: { now: number; written: number },
): boolean {
  if (failures.tried || now >= failures.at + waitMs(failing, failures.times)) return true
  return failing.refused === null && !failures.others && written > failures.at
}

/**
 * What stays the same of a reason when it is given again: numbers that name or count something, ids, and times go.
 * Statuses stay.
 */
export function causeOf(reason: string): string {
  return reason
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi, '#')
    .replaceAll(/\b(?=\w*\d)\w{8,}\b/g, '#')
    .replaceAll(/\/\d+/g, '/#')
    .replaceAll(/\d+(\.\d+)?(?= ?(ms|s|sec|seconds?|min|minutes?)\b)/g, '#')
    .replaceAll(/\d{4,}/g, '#')
    .slice(0, 200)
}

/** What a problem tells of a change that fails again and again. */
export const FailingChange = z.object({
  times: z.number(),
  /** When it failed first with this cause, and when it is tried next, ms since the epoch. */
  since: z.number(),
  nextAt: z.number(),
})
export type FailingChange = Readonly<z.infer<typeof FailingChange>>

/** `Failed 3 times in a row with the same cause since …; tried again at …, in 55 min`. @param now ms since the epoch */
export function describeFailing({ times, since, nextAt }: FailingChange, now: number): string {
  const row = times === 1 ? 'Failed once, at' : `Failed ${times} times in a row with the same cause, since`
  const next =
    nextAt > now ? `tried again at ${formatTime(nextAt)}, in ${formatDuration(nextAt - now)}` : 'being tried again'
  return `${row} ${formatTime(since)}; ${next}`
}
