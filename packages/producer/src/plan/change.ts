import type { Desired } from '@provisioner/shared/desired.ts'
import type { Kind } from '@provisioner/shared/entity.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Link } from '@provisioner/shared/ledger/cycle-ledger.ts'
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
  /** Held one by one until an admin approves, however few they are: what asks for the removal may only seem so. */
  readonly consent?: true
  /** Attributes that the change empties; each counts at the guard under its own name. */
  readonly cleared: readonly string[]
  /** Asked of Zendesk again although it was refused: what stood in its way is gone. */
  readonly anew?: boolean
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
  return { kind, id, dn, label, suspendedByUs: false, inStep: null, known: knownOf(record) }
}

/** What the plan says of one entity. */
export interface EntityPlan {
  readonly link?: Link
  readonly change?: Change
  /** A change that the configuration switched off: counted and shown, never desired. */
  readonly switchedOff?: Operation
  readonly problems: readonly Problem[]
}
