import type { AttributeValue, Desired, Presence, UserAttributes } from '../desired.ts'
import type { Kind } from '../entity.ts'
import type { Operation } from '../queues.ts'

/** What we last wrote to, or on adoption read from, Zendesk. */
export interface AppliedUser {
  readonly presence: Presence
  readonly attributes: UserAttributes
}
export interface AppliedGroup {
  readonly presence: 'active' | 'deleted'
  readonly name: string
}
/** A membership counts as applied only for the pair of Zendesk ids it was written with. */
export interface AppliedMembership {
  readonly presence: 'active' | 'deleted'
  readonly userZendeskId: number
  readonly groupZendeskId: number
  /** Zendesk's id of the membership; null when the answer did not tell it. */
  readonly membershipZendeskId: number | null
}
export type Applied = AppliedUser | AppliedGroup | AppliedMembership

/** Zendesk's lasting refusal of one revision. */
export interface Rejection {
  readonly revision: number
  readonly code: string
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Null, or absent, when it is not another entry of the connection that keeps what this one is to have. */
  readonly inTheWay?: InTheWay | null | undefined
}

/** The entry that stands in another one's way, as the ledger knew it then. */
export interface InTheWay {
  readonly id: string
  readonly revision: number
  readonly appliedRevision: number
}

/**
 * A creation that was sent and whose answer is not recorded: how to find what it made, whatever the entry says by now.
 *
 */
export interface SentCreation {
  /** Milliseconds since the epoch, by Redis's clock; told again after a crash of Redis, by the worker's. */
  readonly at: number
  /** The user's address, the group's name. */
  readonly name: string
  readonly externalId: string | null
}

/**
 * The ledger's record of one entity.
 *
 * `desired` is the newest *released* state. Held changes are kept elsewhere and never show here.
 */
export interface LedgerRecord<D extends Desired = Desired, A extends Applied = Applied> {
  readonly kind: Kind
  readonly id: string
  readonly dn: string
  /** What a person calls it: an email address, a group's name. */
  readonly label: string
  /** Of `desired`; 0 before anything was released. */
  readonly revision: number
  readonly desired: D | null
  readonly operation: Operation | null
  /** Names of the attributes that the last release changed. */
  readonly changed: readonly string[]
  /** Of `applied`; 0 before anything was written. */
  readonly appliedRevision: number
  readonly applied: A | null
  readonly zendeskId: number | null
  readonly origin: 'created' | 'adopted' | null
  /** True when it was us who suspended the user: only then may we restore. */
  readonly suspendedByUs: boolean
  /**
   * Names of attributes that were sent and whose answer is not recorded: what Zendesk holds there is unconfirmed,
   * whatever `applied` says. `suspended` stands for whether it is there at all.
   */
  readonly unconfirmed: readonly string[]
  /** Null when no creation was sent whose answer is not recorded. */
  readonly creationSent: SentCreation | null
  /**
   * When the object that the entity was linked to was found to be gone, ms since the epoch: before a creation Zendesk
   * is looked at. Null when nothing has to be.
   */
  readonly lookUpFirst: number | null
  readonly rejection: Rejection | null
  /**
   * When it was noticed that Zendesk has a linked user no more whom we did not delete, ms since the epoch. Null once
   * the user is linked anew, or a creation is released.
   */
  readonly goneSince: number | null
}

export type UserRecord = LedgerRecord<import('../desired.ts').DesiredUser, AppliedUser>
export type GroupRecord = LedgerRecord<import('../desired.ts').DesiredGroup, AppliedGroup>
export type MembershipRecord = LedgerRecord<import('../desired.ts').DesiredMembership, AppliedMembership>

/**
 * The fields of an entity's hash that are checked when a record is read. docs/ledger.md says what each means. What says
 * who writes the entity is none of them: `lua/entity.ts` knows what is a lease, and a bulk write.
 */
export const RECORD_FIELDS = [
  ...['dn', 'label', 'revision', 'desired', 'operation', 'changed'],
  ...['appliedRevision', 'applied', 'zendeskId', 'origin', 'suspendedByUs', 'goneSince', 'refusal'],
  ...['creationSent', 'lookUpFirst', 'unconfirmed', 'unconfirmedBefore'],
  ...['firstRevision', 'presence', 'deletionSent', 'role'],
] as const

/** The role that governs memberships: the one that was applied. */
export function appliedRole(record: Pick<UserRecord, 'applied'>): AttributeValue | undefined {
  return record.applied?.attributes['role']
}

/** Only team members can be in groups. */
export function isTeamRole(role: AttributeValue | undefined): boolean {
  return role === 'agent' || role === 'admin'
}
