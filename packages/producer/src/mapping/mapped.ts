import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

/** `unknown` when the status could not be read: then nobody is suspended and nobody restored. */
export type Disabled = boolean | 'unknown'

/** Values by attribute; `user_fields.NAME` for a user field. */
export type Alternatives = Readonly<Record<string, readonly AttributeValue[]>>

/**
 * An entry in Zendesk's attributes. `organization`, `custom_role` and `locale` still stand under these names, as the
 * admin wrote them; {@link resolveNames} makes ids of them. Equal entries give equal objects, byte
 * for byte, but for which of several values stands first.
 */
export interface MappedUser {
  readonly kind: 'mapped'
  /** The directory id. */
  readonly id: string
  readonly dn: string
  /** As written in the directory; compare it in lower case. */
  readonly email: string
  readonly disabled: Disabled
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /**
   * Further values that may stand in the place of the attribute's, in the server's order; none for an attribute with
   * one value. Which of them counts is known only beside what Zendesk holds.
   */
  readonly alternatives?: Alternatives
  /** Attributes without a value that are to be cleared; `user_fields.NAME` for a user field, here and below. */
  readonly empty: readonly string[]
  readonly createOnly: readonly string[]
  readonly tagsMode: 'merge' | 'replace'
  /** Attributes whose values never reach a log, a problem or a page. */
  readonly masked: readonly string[]
  /** Each is about one attribute that was left alone, or about an unreadable status. */
  readonly problems: readonly Problem[]
}

/**
 * An entry that cannot be a Zendesk user. It is not gone: an existing user stays linked, but one that is disabled
 * loses access all the same.
 */
export interface RejectedEntry {
  readonly kind: 'rejected'
  readonly id: string
  readonly dn: string
  readonly disabled: Disabled
  readonly problems: readonly Problem[]
}

export type Mapped = MappedUser | RejectedEntry
