/** One `type=value` of an RDN: the type in lower case, the value still escaped. */
export interface DnPart {
  readonly type: string
  readonly value: string
}

/** The RDNs of a DN (RFC 4514), outermost last; undefined when the text is no DN. */
export function parseDn(dn: string): DnPart[][] | undefined {
  const rdns: DnPart[][] = []
  if (dn === '') return rdns
  for (const text of split(dn, /[,;]/)) {
    const parts = split(text, /\+/).map(parsePart)
    if (!parts.every((part) => part !== undefined)) return undefined
    rdns.push(parts)
  }
  return rdns
}

/**
 * What is wrong with a DN that an admin wrote; undefined when a server can read it. Stricter than {@link parseDn},
 * which reads what servers say.
 *
 *   written                  | what is wrong
 *   -------------------------|----------------------------------------------------
 *   ou=people,,dc=acme       | '' is no attribute=value
 *   ou=people,acme           | 'acme' is no attribute=value
 *   cn=Ada\zz,dc=acme        | '\zz' is no escape
 *   cn="Ada,dc=acme          | a quotation mark is not closed
 *   ou=,dc=acme              | 'ou' has no value
 */
export function mistakeOfDn(dn: string): string | undefined {
  if ((dn.replace(/\\[^]/g, '').match(/"/g)?.length ?? 0) % 2 === 1) return 'a quotation mark is not closed'
  for (const text of split(dn, /[,;]/).flatMap((rdn) => split(rdn, /\+/))) {
    const part = parsePart(text)
    if (part === undefined) return `'${text.trim()}' is no attribute=value`
    if (part.value.trim() === '') return `'${part.type}' has no value`
    const escape = /\\(?![0-9a-f]{2}|[^a-z0-9]).{0,2}/i.exec(part.value.replaceAll('\\\\', ''))
    if (escape) return `'${escape[0]}' is no escape`
  }
  return undefined
}

function parsePart(text: string): DnPart | undefined {
  const [, type, value] = /^\s*(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)*)\s*=([^]*)$/i.exec(text) ?? []
  if (type === undefined || value === undefined) return undefined
  return { type: type.toLowerCase(), value }
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
