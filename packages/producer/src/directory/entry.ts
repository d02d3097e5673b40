/** An attribute's value as LDAP returned it: text, or bytes where it is no valid UTF-8 or known to be binary. */
export type Value = string | Buffer

/**
 * An object as LDAP returned it, be it without a single value in the configured id attribute: nothing can be keyed on
 * it.
 */
export interface UnidentifiedEntry {
  readonly dn: string
  /** By lower-case attribute name, options such as `;range=` already resolved. Never an empty list. */
  readonly attributes: ReadonlyMap<string, readonly Value[]>
}

/** An object as LDAP returned it. */
export interface Entry extends UnidentifiedEntry {
  /** The directory id, text form (UUIDs lower case with hyphens; other bytes as hex), already encoded for keys. */
  readonly id: string
}
