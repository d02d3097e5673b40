import { unescapeValue } from './dn-value.ts'

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

/** One `type=value` of an RDN, the value still escaped. */
interface Part {
  readonly type: string
  readonly value: string
}

/** The RDNs of a DN, outermost last; undefined when the text is no DN. */
function parseDn(dn: string): Part[][] | undefined {
  const rdns: Part[][] = []
  if (dn === '') return rdns
  for (const text of split(dn, /[,;]/)) {
    const parts = split(text, /\+/).map(parsePart)
    if (!parts.every((part) => part !== undefined)) return undefined
    rdns.push(parts)
  }
  return rdns
}

function parsePart(text: string): Part | undefined {
  const [, type, value] = /^\s*(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)*)\s*=([^]*)$/i.exec(text) ?? []
  if (type === undefined || value === undefined) return undefined
  return { type: ALIASES[type.toLowerCase()] ?? type.toLowerCase(), value }
}

function rdnKey(parts: readonly Part[]): string {
  return parts
    .map(({ type, value }) => `${type}=${valueKey(value)}`)
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

/** Splits at separators that are neither escaped nor within quotation marks (which RFC 1779 still allowed). */
function split(text: string, separator: RegExp): string[] {
  const pieces: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charAt(at)
    if (c === '\\') at += 1
    else if (c === '"') quoted = !quoted
    else if (!quoted && separator.test(c)) {
      pieces.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...pieces, text.slice(start)]
}
