import type { Kind } from '@provisioner/shared/entity.ts'
import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change } from '../plan/change.ts'
import type { Guarded } from '../plan/guard.ts'
import type { ProtectedFound } from './find-protected.ts'
import type { ForeignMembers } from './foreign-members.ts'
import type { Leaving } from './grace.ts'
import type { ChangedBy } from './who-changed.ts'
import type { DriftedAttribute } from './plan-drift.ts'
import type { Questions } from './questions.ts'
import type { UndoneNoted } from './undone-of-scan.ts'
import type { Seats } from './seats-of-plan.ts'

/** The ordered, policy-filtered, guarded changes of one cycle, as data: nothing of it is written yet. */
export interface CyclePlan {
  readonly links: readonly Link[]
  readonly released: readonly Change[]
  /** Zendesk ids of users whom a change deletes or makes an end user: Zendesk drops their memberships. */
  readonly dropping: readonly number[]
  readonly held: readonly HeldChange[]
  readonly counted: Guarded['counted']
  readonly approvals: Guarded['approvals']
  /** Set while the first plan waits: what its approval would release. */
  readonly ifApproved: Guarded['ifApproved']
  /** User id → attributes that somebody changed in Zendesk, and that the plan sets right. */
  readonly drift: ReadonlyMap<string, readonly DriftedAttribute[]>
  /** Who changed users in Zendesk, by user id, as far as that is known. */
  readonly changedBy: ReadonlyMap<string, ChangedBy>
  /** Changes that the configuration switched off, by operation. */
  readonly switchedOff: Readonly<Record<string, number>>
  readonly problems: readonly Problem[]
  readonly protectedFound: ProtectedFound
  /** User ids that the ledger answers once the plan is enacted, with the fingerprint it answers. */
  readonly answered: ReadonlyMap<string, string>
  /** Of each lookup field, how many entries name somebody whose user has to be linked first. */
  readonly lookupsWaiting: Readonly<Record<string, number>>
  /** What counts at the guard, by category, before it held anything: what approving a first plan covers. */
  readonly guarded: Guarded['asked']
  readonly measures: Guarded['measures']
  /** What of this plan the admins' decisions are about, by key. */
  readonly decided: Guarded['decided']
  /** Seats that come free and that are taken by what is released; of a first plan that waits, by its approval. */
  readonly seats: Seats
  /** Whether an entry of the directory asks for the entity, be it that it can't be planned. */
  readonly isInScope: (kind: Kind, id: string) => boolean
  /** The admins' decisions as they were when it was planned. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** Keys of rejections whose change may be asked for, and was not read or could not be planned. */
  readonly unsettled: ReadonlySet<string>
  /** User ids that were planned and that nothing answers yet: what was answered before holds no more. */
  readonly unanswered: readonly string[]
  /** Zendesk users of other connections that entries asked for → the entry's id. */
  readonly claims: ReadonlyMap<number, string>
  /** What is to be remembered of leavers, of members of other domains, and of what was undone. */
  readonly noted: {
    readonly leaving: Leaving
    readonly foreign: ForeignMembers['noted']
    /** Directory ids of users whose entitlements are forgotten. */
    readonly seated: readonly string[]
    /** Directory ids of users who have the default group that they waited for. */
    readonly defaulted: readonly string[]
    readonly undone: UndoneNoted
  }
  /** What has to be asked of Zendesk before the plan is whole. */
  readonly questions: Questions
  /** Ids of linked users who were not looked at, since something of them waits to be written. */
  readonly waiting: ReadonlySet<string>
  /** True when the memberships in Zendesk were read, all of them. */
  readonly audited: boolean
  /** Keys of the directory groups that show members, and whether those that show none any more are still in doubt. */
  readonly shownGroups: { readonly now: ReadonlySet<string>; readonly asked: boolean }
  /** Ids of the users who name groups, and of those in doubt, as the ledger remembers them. */
  readonly shownUsers: ReadonlySet<string>
  readonly totals: { readonly users: number; readonly groups: number; readonly memberships: number }
}

/** How many changes of each operation there are. */
export function countBy<T>(items: Iterable<T>, name: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1
  return counts
}
