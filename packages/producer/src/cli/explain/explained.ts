import type { DecidedChange, DecisionMade } from '@provisioner/shared/ledger/decision.ts'
import type { GuardMeasure } from '@provisioner/shared/ledger/held-change.ts'
import type { Kept } from '@provisioner/shared/ledger/undone.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ExplainedEntry } from '../explained-entry.ts'
import type { Recent } from '../history/recent-events.ts'
import type { GroupOfUser } from './groups-of-user.ts'
import type { UnderWay, Waiting } from './known-of.ts'
import type { ZendeskLook } from './look-at-zendesk.ts'
import type { MembersOfGroup } from './members-of-group.ts'
import type { Verdict } from './verdict.ts'

/**
 * What `explain` has to say of one user or group, for one connection; `--json` prints it as it is. All times are ms
 * since the epoch, but for those that Zendesk or its audit log write. Masked values are `***`.
 */
export interface Explained extends ExplainedEntry {
  readonly kind: 'user' | 'group'
  /** What a person calls it. */
  readonly name: string
  readonly verdict: Verdict
  readonly isInDirectory: boolean
  /** Which of `users.locations` has it. */
  readonly location: number | null
  /** What says that it is disabled: `employeeStatus: left`. */
  readonly disabledBy: string | null
  /** When its account expires, or has. */
  readonly expiresAt: number | null
  /** Null of what is linked to nothing. */
  readonly link: Link | null
  /** Null where nothing is linked. */
  readonly zendesk: ZendeskLook | null
  readonly waiting: Waiting | null
  readonly underWay: UnderWay | null
  /** Of itself and of its memberships. */
  readonly held: readonly DecidedChange[]
  /** How far the categories of what is held go beyond their limits. */
  readonly measures: Readonly<Record<string, GuardMeasure>>
  /** What admins decided, the newest first. */
  readonly decided: readonly DecisionMade[]
  /** Since when a leaver is leaving who has time, and until when. */
  readonly leaving: { readonly since: number; readonly due: number } | null
  /** What is kept of a team member who lost their seat: the role, and how many groups. */
  readonly kept: { readonly role: string | null; readonly groups: number } | null
  /** What of it was undone and stays so, by `presence`, `name` or the attribute. */
  readonly undone: Readonly<Record<string, Kept>>
  /** What was done in the last 90 days, the newest first. */
  readonly recent?: Recent
  /** Of a user. */
  readonly groups?: readonly GroupOfUser[]
  /** Of a group that is managed. */
  readonly members?: MembersOfGroup
}

/** What the ledger knows of the object that it is linked to. */
export interface Link {
  readonly zendeskId: number
  readonly origin: 'created' | 'adopted' | null
  /** When the first revision was released since it is known: it was linked then, or soon after. */
  readonly firstReleasedAt: number | null
  /** When what Zendesk was last written was released. */
  readonly appliedAt: number | null
  readonly presence: NonNullable<UserRecord['applied']>['presence'] | null
  readonly role: string | null
  readonly suspendedByUs: boolean
}
