/** Counts by operation and reason: what a cycle did, or what a plan would do. */
export interface CycleSummary {
  readonly cycle: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  /** Time between two cycles by the schedule, ms: who is silent for longer has stopped. Absent in what older versions wrote. */
  readonly everyMs?: number
  readonly users: number
  readonly groups: number
  readonly memberships: number
  /** Released changes by operation. */
  readonly released: Readonly<Record<string, number>>
  /** Held changes by guard category. */
  readonly held: Readonly<Record<string, number>>
  /** Changes that the configuration switched off, by operation. */
  readonly switchedOff: Readonly<Record<string, number>>
  readonly adopted: number
  readonly healed: number
  readonly problems: number
}

/**
 * Whether a connection's very first plan still waits.
 *
 *   new       no plan was made yet
 *   waiting   the first plan waits for approval
 *   approved  an admin approved it; the next cycle carries it out
 *   done      it was enacted
 */
export type FirstRun = 'new' | 'waiting' | 'approved' | 'done'

export interface FirstPlan {
  readonly at: number
  /** What the plan would do, by operation. */
  readonly changes: Readonly<Record<string, number>>
  /** What of it counts at the guard, by category: what an approval covers. */
  readonly guarded: Readonly<Record<string, number>>
  readonly adopted: number
}
