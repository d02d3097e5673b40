/** An attribute's values, in the order in which they are written. */
export type LdifValue = string | Buffer | readonly (string | Buffer)[]

/** Attributes by name. */
export type LdifAttributes = Readonly<Record<string, LdifValue>>

/** What a modification does to attributes: an empty list deletes all values. */
export interface LdifModification {
  readonly add?: LdifAttributes
  readonly replace?: LdifAttributes
  readonly delete?: LdifAttributes
}

/** An entry as LDIF (RFC 2849), a blank line at its end. */
export function ldifEntry(dn: string, attributes: LdifAttributes): string {
  return `${line('dn', dn)}${lines(attributes)}\n`
}

/** An entry's addition as an LDIF change record. */
export function ldifAdd(dn: string, attributes: LdifAttributes): string {
  return `${line('dn', dn)}changetype: add\n${lines(attributes)}\n`
}

/** An entry's modification as an LDIF change record. */
export function ldifModify(dn: string, modification: LdifModification): string {
  const parts = (['delete', 'add', 'replace'] as const).flatMap((operation) =>
    Object.entries(modification[operation] ?? {}).map(
      ([name, value]) => `${operation}: ${name}\n${lines({ [name]: value })}-\n`,
    ),
  )
  return `${line('dn', dn)}changetype: modify\n${parts.join('')}\n`
}

/** An entry's deletion as an LDIF change record. */
export function ldifDelete(dn: string): string {
  return `${line('dn', dn)}changetype: delete\n\n`
}

/** An entry's renaming, and its move when `newSuperior` is given, as an LDIF change record. */
export function ldifRename(dn: string, newRdn: string, newSuperior?: string): string {
  const move = newSuperior === undefined ? '' : line('newsuperior', newSuperior)
  return `${line('dn', dn)}changetype: modrdn\n${line('newrdn', newRdn)}deleteoldrdn: 1\n${move}\n`
}

function lines(attributes: LdifAttributes): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => [value].flat().map((single) => line(name, single)))
    .join('')
}

/** A value that is no safe string of RFC 2849 (not ASCII, or with a leading `:`, `<` or space) is written as base64. */
function line(name: string, value: string | Buffer): string {
  const safe = typeof value === 'string' && /^(?![ :<])[\x20-\x7e]*(?<! )$/.test(value)
  return safe ? `${name}: ${value}\n` : `${name}:: ${Buffer.from(value).toString('base64')}\n`
}
