import type { Fault } from './fault.ts'

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i

/**
 * What keeps Zendesk from taking an address, if anything. Stricter than RFC 5322, as Zendesk is: it answers
 * "is not properly formatted" to quoted and international addresses and to addresses without a dotted domain.
 *
 *   address                 | fault
 *   ------------------------|----------------
 *   ada+desk@example.org    | none
 *   Ada@Example.ORG         | none; written as it stands, compared without case
 *   "ada l"@example.org     | EMAIL_MALFORMED
 *   jürgen@example.org      | EMAIL_MALFORMED
 *   ada@localhost, ada      | EMAIL_MALFORMED
 */
export function faultOfEmail(address: string): Fault | undefined {
  const at = address.lastIndexOf('@')
  if (at > 0 && LOCAL.test(address.slice(0, at)) && DOMAIN.test(address.slice(at + 1))) return undefined
  return {
    code: 'EMAIL_MALFORMED',
    value: address,
    what: (shown) =>
      `${shown} is no address that Zendesk takes: it wants local@domain.tld in ASCII, without quotation marks`,
    todo: 'Correct the address in the directory, or map another attribute to email',
  }
}

/** The user's part of an address; a text without `@` is taken for one already. */
export function userFromEmail(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? address : address.slice(0, at)
}
