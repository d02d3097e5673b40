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
  /** Whom it could do nothing for. Absent in what older versions wrote. */
  readonly refused?: Refused
}

/** How many people, groups and memberships are kept from what the directory says. */
export interface Refused {
  readonly users: number
  readonly groups: number
  readonly memberships: number
  /** By the code of their problems. */
  readonly codes: Readonly<Record<string, number>>
}

/** Cycles that fail, one after the other. */
export interface FailingCycles {
  /** When the first of them failed, ms since the epoch. */
  readonly since: number
  readonly count: number
  /** Of the last one. */
  readonly code: string
  readonly what: string
  /** True when what needs nothing from Zendesk was released all the same. */
  readonly released: boolean
}

/**
 * Whether a connection's very first plan still waits.
 *
 *   new       no plan was made yet
 *   waiting   the first plan waits for approval; what was approved by name goes out
 *   approved  an admin approved it; the next cycle carries it out
 *   done      it was enacted
 */
export type FirstRun = 'new' | 'waiting' | 'approved' | 'done'

/** What approving the first plan would release; what was approved or rejected by name is no longer in it. */
export interface FirstPlan {
  readonly at: number
  /** What it would do, by operation. */
  readonly changes: Readonly<Record<string, number>>
  /** What of it nobody has decided on, by the guard's category. */
  readonly undecided: Readonly<Record<string, number>>
  /** What of it counts at the guard, by category: what an approval covers. */
  readonly guarded: Readonly<Record<string, number>>
  readonly adopted: number
}

/** Who approved the first plan, and as what: it may read otherwise by the time it is carried out. */
export interface FirstPlanApproval {
  readonly plan: FirstPlan
  readonly by: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly reason?: string
}
