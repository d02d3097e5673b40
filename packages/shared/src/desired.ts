import { hash } from 'node:crypto'

/** A value as Zendesk takes it. `null` clears the attribute. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly number[]
  | { readonly [key: string]: string | number | boolean | null }

/** Zendesk's attribute names with their values; `user_fields` is an object of its own. */
export type UserAttributes = { readonly [attribute: string]: AttributeValue }

/** Whether a user may work in Zendesk. */
export type Presence = 'active' | 'suspended' | 'deleted'

/** The user that Zendesk should hold. */
export interface DesiredUser {
  readonly presence: Presence
  readonly attributes: UserAttributes
  /** Attributes that are sent with the creation and never again. */
  readonly createOnly: readonly string[]
  /** `merge` adds our tags to those that are there; `replace` makes ours the only ones. */
  readonly tagsMode: 'merge' | 'replace'
  /**
   * Set when the plan knew that the user is an admin, and an admin approved another name or address for them. Without
   * it a worker gives an admin neither.
   */
  readonly ofAdmin?: true
  /** Names of what is given back with a seat and that nobody maps: once written, it is Zendesk's own. */
  readonly givenBack?: readonly string[]
  /** Set when an admin approved that a team member goes who has open tickets (`users.remove.tickets: hold`). */
  readonly despiteTickets?: true
}

/** In Zendesk's words; what is left out is as Zendesk has it: no description, and public. */
export type GroupAtCreation = { readonly description?: string; readonly is_public?: false }

/** The group that Zendesk should hold. */
export interface DesiredGroup {
  readonly presence: 'active' | 'deleted'
  readonly name: string
  /** What the group is created with besides, and what is never written again. */
  readonly atCreation?: GroupAtCreation
}

/** The membership that Zendesk should, or should no longer, hold. */
export interface DesiredMembership {
  readonly presence: 'active' | 'deleted'
}

export type Desired = DesiredUser | DesiredGroup | DesiredMembership

/** JSON with sorted keys and without undefined members: equal objects have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value))
}

/** Twice as fast as a replacer of JSON.stringify, and every entry of every scan comes by here. */
function withSortedKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(withSortedKeys)
  const members = value as Readonly<Record<string, unknown>>
  // without a prototype: `__proto__` is a name like others
  const sorted: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(members).sort()) sorted[key] = withSortedKeys(members[key])
  return sorted
}

/** A hash of an object's canonical form: 128 bits, base64url, 22 characters. */
export function fingerprint(value: unknown): string {
  return fingerprintOfText(canonicalJson(value))
}

/** The same of a text that is canonical already. */
export function fingerprintOfText(text: string): string {
  // a copy: a slice would hold on to the whole digest
  return Buffer.from(hash('sha256', text, 'base64url'), 'latin1').toString('latin1', 0, 22)
}
