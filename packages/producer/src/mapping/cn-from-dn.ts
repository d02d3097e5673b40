import { unescapeValue } from '@provisioner/shared/ldap/dn-value.ts'

/** One `type=value` and the separator after it; escapes and quotation marks keep separators inside the value. */
const PART = /\s*(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)+)\s*=((?:\\[^]|"(?:[^"\\]|\\[^])*"|[^\\",;+])*)(\+|[,;]|$)/iy

const COMMON_NAME = new Set(['cn', 'commonname', '2.5.4.3'])

/**
 * The common name that a DN begins with; undefined when its first RDN has none.
 *
 *   DN                        | common name
 *   --------------------------|-------------
 *   cn=Ada,ou=people          | Ada
 *   uid=ada+cn=Ada,ou=people  | Ada
 *   CN=Lovelace\2C Ada,dc=org | Lovelace, Ada
 *   uid=ada,ou=people         | –
 *   Ada                       | –
 */
export function cnFromDn(dn: string): string | undefined {
  PART.lastIndex = 0
  for (let part = PART.exec(dn); part !== null; part = PART.exec(dn)) {
    const [, type = '', value = '', separator] = part
    if (COMMON_NAME.has(type.toLowerCase())) return unescapeValue(value)
    if (separator !== '+') return undefined
  }
  return undefined
}
