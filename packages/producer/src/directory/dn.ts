import { parseDn, type DnPart } from '@provisioner/shared/ldap/parse-dn.ts'
import { unescapeValue } from '@provisioner/shared/ldap/dn-value.ts'

/** The names and numbers that one attribute goes by in DNs (RFC 4519 and 4514, section 3). */
const ALIASES: Readonly<Record<string, string>> = {
  commonname: 'cn',
  '2.5.4.3': 'cn',
  surname: 'sn',
  '2.5.4.4': 'sn',
  countryname: 'c',
  '2.5.4.6': 'c',
  localityname: 'l',
  '2.5.4.7': 'l',
  stateorprovincename: 'st',
  '2.5.4.8': 'st',
  streetaddress: 'street',
  '2.5.4.9': 'street',
  organizationname: 'o',
  '2.5.4.10': 'o',
  organizationalunitname: 'ou',
  '2.5.4.11': 'ou',
  userid: 'uid',
  '0.9.2342.19200300.100.1.1': 'uid',
  domaincomponent: 'dc',
  '0.9.2342.19200300.100.1.25': 'dc',
}

/** Most DNs need nothing but lower case: common attributes, plain ASCII, single spaces within values only. */
const PLAIN = /^(?:(?:cn|ou|dc|uid|o|c|l|st)=[!$-*\-./0-:?-[\]-~]+(?: [!$-*\-./0-:?-[\]-~]+)*(?:,(?!$)|$))+$/i

/** The bit string that a value of uniqueMember may carry after its DN (RFC 4517, 3.3.21). */
const UNIQUE_ID = /#'[01]*'B$/i

/**
 * A DN's key for comparison: two DNs that name one entry have the same key.
 *
 *   written                      | key
 *   -----------------------------|---------------------------
 *   CN=Ada Lovelace, OU=People   | cn=ada lovelace,ou=people
 *   2.5.4.3=ada\20lovelace;OU=…  | cn=ada lovelace,ou=…
 *   cn=Lovelace\, Ada            | cn=lovelace\2c ada
 *   cn=Lovelace\2C Ada           | cn=lovelace\2c ada
 *   uid=ada+cn=Ada               | cn=ada+uid=ada
 *   cn=ada,dc=org#'01'B          | cn=ada,dc=org
 *   no DN at all                 | no dn at all
 *
 * Values are compared without regard to case, as nearly every naming attribute is. A text that is no DN becomes its
 * own trimmed lower case and never fails: members of groups are full of junk.
 */
export function normaliseDn(dn: string): string {
  if (PLAIN.test(dn)) return dn.toLowerCase()
  const text = dn.trim().replace(UNIQUE_ID, '')
  return parseDn(text)?.map(rdnKey).join(',') ?? text.toLowerCase()
}

/** Whether a DN is the base itself or lies below it. Everything lies below the empty DN. */
export function isBelow(dn: string, base: string): boolean {
  const [key, baseKey] = [normaliseDn(dn), normaliseDn(base)]
  return baseKey === '' || key === baseKey || key.endsWith(`,${baseKey}`)
}

/** The key of the DN above, which is itself a DN that can be searched; empty for a DN of one RDN. */
export function parentDn(dn: string): string {
  // In a key, a comma within a value is escaped: the first one ends the RDN.
  const key = normaliseDn(dn)
  const comma = key.indexOf(',')
  return comma < 0 ? '' : key.slice(comma + 1)
}

function rdnKey(parts: readonly DnPart[]): string {
  return parts
    .map(({ type, value }) => `${ALIASES[type] ?? type}=${valueKey(value)}`)
    .sort()
    .join('+')
}

/**
 * Case, compatibility forms and insignificant spaces gone (RFC 4518). What a DN must escape is written as `\2c`, so
 * that a key is a DN itself and a bare comma in it always ends an RDN.
 */
function valueKey(escaped: string): string {
  return unescapeValue(escaped)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\,+";<>]|^#/g, (c) => `\\${c.charCodeAt(0).toString(16)}`)
}

/** The bases with those taken out that lie below another. */
export function outermost(bases: readonly string[]): string[] {
  const unique = [...new Map(bases.map((base) => [normaliseDn(base), base])).values()]
  return unique.filter((base) => !unique.some((other) => other !== base && isBelow(base, other)))
}
