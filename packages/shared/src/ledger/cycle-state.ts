import { z } from 'zod'
import { GuardMeasure } from './held-change.ts'
import { NewestConfig } from './newest-config.ts'

const Counts = z.record(z.string(), z.number())

/** How many people, groups and memberships are kept from what the directory says. */
export const Refused = z.object({
  users: z.number(),
  groups: z.number(),
  memberships: z.number(),
  /** By the code of their problems. */
  codes: Counts,
})
export type Refused = Readonly<z.infer<typeof Refused>>

/** The directory server that a cycle read. */
export const ReadServer = z.object({
  url: z.string(),
  /** Product and version. */
  name: z.string(),
  /** What speaks against `directory.type`. */
  unfit: z.string().exactOptional(),
})
export type ReadServer = Readonly<z.infer<typeof ReadServer>>

/** How far a directory had come when it was looked at. Two are of the same content when all of it is the same. */
export const ChangeToken = z.object({
  /** The attribute that says so. */
  by: z.string(),
  /** Whose count it is: one domain controller's, one server's; empty where all servers say the same. */
  server: z.string(),
  value: z.string(),
})
export type ChangeToken = Readonly<z.infer<typeof ChangeToken>>

/** Counts by operation and reason: what a cycle did, or what a plan would do. */
export const CycleSummary = z.object({
  cycle: z.number(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  endedAt: z.number(),
  /**
   * Time between two cycles by the schedule, ms: who is silent for longer has stopped. Absent in what older versions
   * wrote.
   */
  everyMs: z.number().exactOptional(),
  users: z.number(),
  groups: z.number(),
  memberships: z.number(),
  /** Released changes by operation. */
  released: Counts,
  /** Held changes by guard category. */
  held: Counts,
  /** Changes that the configuration switched off, by operation. */
  switchedOff: Counts,
  adopted: z.number(),
  healed: z.number(),
  problems: z.number(),
  /** Whom it could do nothing for. Absent in what older versions wrote. */
  refused: Refused.exactOptional(),
  /** Absent where the server does not show what it is, and in what older versions wrote. */
  directory: ReadServer.exactOptional(),
  /** As it was before the first entry was read. Absent where the server shows none. */
  changeToken: ChangeToken.exactOptional(),
})
export type CycleSummary = Readonly<z.infer<typeof CycleSummary>>

/** How far changed entries were read ahead of a cycle. */
export const Followed = z.object({
  /** The last cycle that had ended: what has changed since it was read. */
  cycle: z.number(),
  /** Names the reading; each has another number. */
  run: z.number(),
  /** How long it took, ms. */
  tookMs: z.number(),
  /** As it was before the first entry was read. */
  changeToken: ChangeToken,
  /** Whether nothing of what had changed is left to a cycle, as far as that can be told: deletions show nothing. */
  isAll: z.boolean(),
})
export type Followed = Readonly<z.infer<typeof Followed>>

/** Cycles that fail, one after the other. */
export const FailingCycles = z.object({
  /** When the first of them failed, ms since the epoch. */
  since: z.number(),
  count: z.number(),
  /** Of the last one. */
  code: z.string(),
  what: z.string(),
  /** True when what needs nothing from Zendesk was released all the same. */
  released: z.boolean(),
  /** How many have failed with the code of the last one, and since when. Absent in what older versions wrote. */
  row: z.object({ since: z.number(), count: z.number() }).exactOptional(),
  /** When the next one by the schedule is run, ms since the epoch, where cycles are slowed. */
  nextAt: z.number().exactOptional(),
})
export type FailingCycles = Readonly<z.infer<typeof FailingCycles>>

/**
 * Whether a connection's very first plan still waits.
 *
 *   new       no plan was made yet
 *   waiting   the first plan waits for approval; what was approved by name goes out
 *   approved  an admin approved it; the next cycle carries it out
 *   done      it was enacted
 */
export const FirstRun = z.enum(['new', 'waiting', 'approved', 'done'])
export type FirstRun = z.infer<typeof FirstRun>

/** What approving the first plan would release; what was approved or rejected by name is no longer in it. */
export const FirstPlan = z.object({
  at: z.number(),
  /** What it would do, by operation. */
  changes: Counts,
  /** What of it nobody has decided on, by the guard's category. */
  undecided: Counts,
  /** What of it counts at the guard, by category: what an approval covers. */
  guarded: Counts,
  adopted: z.number(),
})
export type FirstPlan = Readonly<z.infer<typeof FirstPlan>>

/** Who approved the first plan, and as what: it may read otherwise by the time it is carried out. */
export const FirstPlanApproval = z.object({
  plan: FirstPlan,
  by: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  reason: z.string().exactOptional(),
})
export type FirstPlanApproval = Readonly<z.infer<typeof FirstPlanApproval>>

/** The fields of a connection's state that are more than a number or a fingerprint. */
export const STORED_STATE = {
  firstRun: FirstRun,
  firstPlan: FirstPlan,
  firstApproval: FirstPlanApproval,
  lastCycle: CycleSummary,
  followed: Followed,
  failing: FailingCycles,
  measures: z.record(z.string(), GuardMeasure),
  config: NewestConfig,
}
