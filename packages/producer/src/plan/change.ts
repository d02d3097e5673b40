import type { Desired, DesiredUser } from '@provisioner/shared/desired.ts'
import type { Kind } from '@provisioner/shared/entity.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Operation } from '@provisioner/shared/queues.ts'

/** The difference between desired and ledger, before the guard has seen it. */
export interface Change {
  readonly kind: Kind
  readonly id: string
  readonly dn: string
  readonly label: string
  readonly operation: Operation
  readonly desired: Desired
  /** Names of the attributes that change; `user_fields.cost_center` for one of several fields. */
  readonly changed: readonly string[]
  /** Set on what takes access away, and so counts at the guard. */
  readonly removal?: { readonly category: GuardCategory; readonly cause: string }
  /** Attributes that the change empties; each counts at the guard under its own name. */
  readonly cleared: readonly string[]
  /** Of the changed ones, lookup fields that have waited for nothing but their user's link: see `settleLookups`. */
  readonly awaited?: readonly string[]
  /** Set on what is held however few they are, until an admin approves each. */
  readonly consent?: Consent
  /** The user's desired state that is released already and waits to be applied: the guard has seen what is in it. */
  readonly pending?: DesiredUser
  /** Asked of Zendesk again although it was refused: what stood in its way is gone. */
  readonly anew?: boolean
}

/** What nobody may do without an admin's word. */
export interface Consent {
  readonly category: GuardCategory
  readonly cause: string
  /** What the word is about, besides the operation: with another one it has to be given again. */
  readonly about?: string | number
}

/** The plan, its link good for the record that the ledger had when it was made. */
export function asKnown(plan: EntityPlan, record: LedgerRecord | undefined): EntityPlan {
  return plan.link ? { ...plan, link: { ...plan.link, known: knownOf(record) } } : plan
}

/** What of a record tells whether it was written or linked since. */
function knownOf(record: LedgerRecord | undefined): NonNullable<Link['known']> {
  const { revision = 0, appliedRevision = 0, zendeskId = null } = record ?? {}
  return { revision, appliedRevision, zendeskId }
}

/** A link, for the ledger, of what an audit found of a record; what it found is added. */
export function auditedLink(record: LedgerRecord): Omit<Link, 'zendeskId' | 'applied'> {
  const { kind, id, dn, label } = record
  return { kind, id, dn, label, suspendedByUs: false, inSync: null, known: knownOf(record) }
}

/** What the plan says of one entity. */
export interface EntityPlan {
  readonly link?: Link
  /** Set when the link itself needs an admin's word: it would hand a team member's user to the entry. */
  readonly consent?: Consent
  readonly change?: Change
  /** A change that the configuration switched off: counted and shown, never desired. */
  readonly switchedOff?: Operation
  readonly problems: readonly Problem[]
}

/** How many of the plans link an entity of this kind. */
export function linkCount(plans: readonly EntityPlan[], kind: Kind): number {
  return plans.filter((plan) => plan.link?.kind === kind).length
}
