import { z } from 'zod'
import { Verdict } from '../ledger/decision.ts'

/**
 * What the product has done and was told, as it stands in the account's stream (`accountKeys().history`): each entry
 * has one field `event` with one of these as JSON, and an id by the clock of Redis, in whose order they happened.
 *
 * A change is appended in the step that records it. Values are as Zendesk was sent them, masked ones included: they are
 * in the ledger of the same Redis as well. Whoever takes them out of Redis leaves out what `settings.masked` names.
 *
 * Redis may lose its last second after somebody has read it, and is then told again (`ledger/retelling.ts`): the change
 * comes once more, with another id and another `at`; and where Redis has lost what was released as well, it says
 * otherwise what was done, and what was there before. Two are one change where `by` is there and the same, as are
 * `connection`, `kind` and `id`, and both are refused, or both end with no object, or `outcome` and `revision` are the
 * same, and of a group the name that it has then.
 */

/** When it happened, ms since the epoch, by the clock of Redis. */
const At = z.number()

/** Whom an event is about. */
const ABOUT = {
  kind: z.enum(['user', 'group', 'membership']),
  /** The directory id; of a membership `GROUP~USER`, as the ledger has it. */
  id: z.string(),
  /** What a person calls it: an email address, a group's name, `jo@acme.com in Support`. */
  label: z.string(),
  /** Empty where nobody knows it. */
  dn: z.string(),
}

/** An entity as a person knows it. */
export const About = z.object(ABOUT)
export type About = Readonly<z.infer<typeof About>>

/** Who did something, and why. */
const BY = {
  /** A name at the dashboard, or the user and host of a command. */
  by: z.string(),
  reason: z.string().exactOptional(),
}

/**
 * What Zendesk holds, as the ledger's `Applied`; which members it has is told by the event's `kind`.
 *
 *   kind       | members
 *   -----------|--------------------------------------------------------------------------------
 *   user       | presence, attributes
 *   group      | presence, name
 *   membership | presence, userZendeskId, groupZendeskId, membershipZendeskId (null: not told)
 */
export const InZendesk = z.looseObject({
  presence: z.enum(['active', 'suspended', 'deleted']),
  attributes: z.record(z.string(), z.unknown()).exactOptional(),
  name: z.string().exactOptional(),
  userZendeskId: z.number().exactOptional(),
  groupZendeskId: z.number().exactOptional(),
  membershipZendeskId: z.number().nullable().exactOptional(),
})
export type InZendesk = Readonly<z.infer<typeof InZendesk>>

/**
 * A change of what Zendesk is known to hold, or one that Zendesk refuses for good.
 *
 *   outcome | what
 *   --------|---------------------------------------------------------------------------------------------------
 *   applied | a request of ours took effect
 *   found   | nobody wrote: Zendesk was looked at, and holds something else than was known. `link KIND` is an
 *           | object that was found, or found changed where there is a `before`; `unlink KIND` one that is no more
 *   refused | Zendesk refuses it for good: `after` is `before`, and `refusal` says why
 */
export const ChangeEvent = z.object({
  type: z.literal('change'),
  at: At,
  connection: z.string(),
  ...ABOUT,
  outcome: z.enum(['applied', 'found', 'refused']),
  /**
   * As it was released, `suspend user` and the like. Where something newer was released meanwhile, or something else
   * was done in its place, by what was done. Of what was found `link KIND` or `unlink KIND`.
   */
  operation: z.string(),
  /** Names of the attributes that the release changed; empty where that is not known any more: compare the two. */
  changed: z.array(z.string()),
  /** Null: there was, or is, no object. */
  before: InZendesk.nullable(),
  after: InZendesk.nullable(),
  zendeskId: z.number().nullable(),
  /** Of the desired state that was sent, or that was the newest when it was found; 0 where nothing was released. */
  revision: z.number(),
  /** Whether we made the object. Null where the ledger does not say. */
  origin: z.enum(['created', 'adopted']).nullable(),
  /** The cycle that released it, as `CycleEvent.cycle` has it; absent where the ledger does not know it any more. */
  cycle: z.number().exactOptional(),
  /** Why something was taken away, as the guard has it: `disabled`, `deleted`, `outOfScope`; absent like `cycle`. */
  cause: z.string().exactOptional(),
  /** The lease token or the batch id under which it was written: told again it is the same. Absent in cycles. */
  by: z.string().exactOptional(),
  /** Zendesk's job status of a bulk write. */
  jobStatusId: z.string().exactOptional(),
  /** Zendesk's id of the request, where it is known. */
  requestId: z.string().exactOptional(),
  refusal: z.object({ code: z.string(), message: z.string() }).exactOptional(),
  /** Of a group that is no more: directory ids of the users who were in it. */
  members: z.array(z.string()).exactOptional(),
  /** Of a user who is no more, or no team member any more: directory ids of the groups they were in. */
  groups: z.array(z.string()).exactOptional(),
})
export type ChangeEvent = Readonly<z.infer<typeof ChangeEvent>>

/** What an admin said of a held change, or of the first plan as a whole: then `kind` and what follows are absent. */
export const DecisionEvent = z.object({
  type: z.literal('decision'),
  at: At,
  connection: z.string(),
  verdict: Verdict,
  ...BY,
  kind: ABOUT.kind.exactOptional(),
  id: ABOUT.id.exactOptional(),
  label: ABOUT.label.exactOptional(),
  dn: ABOUT.dn.exactOptional(),
  /** What was held: an operation, or `link user`. */
  operation: z.string().exactOptional(),
  /** The attribute that was held, where it was a part of a change. */
  changed: z.array(z.string()).exactOptional(),
  /** The guard's category, and what was held of it: `deleted`, `from end-user to agent`. */
  category: z.string().exactOptional(),
  cause: z.string().exactOptional(),
})
export type DecisionEvent = Readonly<z.infer<typeof DecisionEvent>>

const PAUSE = {
  at: At,
  /** Absent: all connections of the account. */
  connection: z.string().exactOptional(),
  scope: z.enum(['all', 'removals']),
  ...BY,
}
export const PauseEvent = z.object({ type: z.literal('pause'), ...PAUSE })
export const ResumeEvent = z.object({ type: z.literal('resume'), ...PAUSE })

const Counts = z.record(z.string(), z.number())

/**
 * A cycle that ended. Noted are those that released or adopted something, those that hold more or less than the one
 * before, full ones, and the first that ends well after some failed; of those that fail the first with each code in a
 * row, and who released something all the same. Not those that found everything as it was.
 *
 * A change belongs to the cycle that it names; where it names none, to the newest of its connection whose `cycle` is
 * not after its revision, for revisions are ms by the clock of Redis, and cycles µs by the same.
 */
export const CycleEvent = z.object({
  type: z.literal('cycle'),
  at: At,
  connection: z.string(),
  /** The cycle's fence: when it began, µs since the epoch by the clock of Redis. Absent where none had begun yet. */
  cycle: z.number().exactOptional(),
  /** Ms since the epoch, by the producer's clock. */
  startedAt: z.number(),
  endedAt: z.number(),
  full: z.boolean(),
  /** True of one that read only entries that have changed, ahead of a cycle. */
  ahead: z.literal(true).exactOptional(),
  /**
   * Counts are by operation, those of held changes by the guard's category; of one that failed, of what it had done.
   * Absent where none had begun.
   */
  counts: z
    .object({
      /** How many the directory has; absent where it was not read as a whole. */
      users: z.number().exactOptional(),
      groups: z.number().exactOptional(),
      memberships: z.number().exactOptional(),
      released: Counts,
      held: Counts,
      switchedOff: Counts,
      adopted: z.number(),
      healed: z.number(),
      problems: z.number(),
    })
    .exactOptional(),
  failure: z.object({ code: z.string(), what: z.string() }).exactOptional(),
})
export type CycleEvent = Readonly<z.infer<typeof CycleEvent>>

/** Failed jobs that somebody has tried again, by their cause or one by name. */
export const RetryEvent = z.object({
  type: z.literal('retry'),
  at: At,
  connection: z.string(),
  ...BY,
  /** The code of the problem. */
  cause: z.string().exactOptional(),
  /** How many jobs. */
  jobs: z.number(),
  /** Whom it names, if somebody. */
  about: About.exactOptional(),
})

/** Somebody has linked an entry to a Zendesk object, or has ended a link. */
const LINKED = { at: At, connection: z.string(), ...BY, about: About, zendeskId: z.number() }
export const LinkEvent = z.object({ type: z.literal('link'), ...LINKED })
export const UnlinkEvent = z.object({ type: z.literal('unlink'), ...LINKED })

/** Somebody takes one change back, and says later that the directory counts again there. */
const UNDONE = {
  at: At,
  connection: z.string(),
  ...BY,
  about: About,
  /** Names the undo, which may be of many changes. */
  undo: z.string(),
  /** Of the change that is taken back. */
  revision: z.number().exactOptional(),
  /** The cycle that released that change, where a whole cycle is taken back. */
  cycle: z.number().exactOptional(),
  /** What is done for it: `restore user`. */
  operation: z.string().exactOptional(),
}
export const UndoEvent = z.object({ type: z.literal('undo'), ...UNDONE })
export const ReleaseUndoEvent = z.object({ type: z.literal('release-undo'), ...UNDONE })

/** Somebody has replaced what is known of an account or of one connection, or whose it is. */
export const LedgerEvent = z.object({
  type: z.literal('ledger'),
  at: At,
  /** Absent: all connections of the account. Of a renamed one its new id. */
  connection: z.string().exactOptional(),
  ...BY,
  operation: z.enum(['rename connection', 'offer connection', 'retire connection', 'rebuild ledger', 'import ledger']),
  /** What came of it, in words: `'staff' is 'people'`. */
  what: z.string(),
})
export type LedgerEvent = Readonly<z.infer<typeof LedgerEvent>>

export const HistoryEvent = z.discriminatedUnion('type', [
  ChangeEvent,
  DecisionEvent,
  PauseEvent,
  ResumeEvent,
  CycleEvent,
  RetryEvent,
  LinkEvent,
  UnlinkEvent,
  UndoEvent,
  ReleaseUndoEvent,
  LedgerEvent,
])
export type HistoryEvent = Readonly<z.infer<typeof HistoryEvent>>
