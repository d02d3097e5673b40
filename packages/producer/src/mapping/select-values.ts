import type { Entry, Value } from '../directory/entry.ts'

export interface Selected {
  readonly from: string
  readonly values: readonly Value[]
}

/**
 * The values of the first attribute of these that has one, as the server gives them. A blank value is none. `dn` names
 * the entry's DN.
 *
 * An attribute's values have no order in LDAP, and two servers of one directory may return them differently: which of
 * several counts is for {@link chooseValues} to say, by what Zendesk holds.
 */
export function selectValues(entry: Entry, names: readonly string[]): Selected | undefined {
  for (const from of names) {
    const found = entry.attributes.get(from)
    if (found === undefined) {
      if (from === 'dn') return { from, values: [entry.dn] }
      continue
    }
    const present = found.every(isPresent) ? found : found.filter(isPresent)
    if (present.length > 0) return { from, values: present }
  }
  return undefined
}

function isPresent(value: Value): boolean {
  return typeof value === 'string' ? value.trim() !== '' : value.length > 0
}
