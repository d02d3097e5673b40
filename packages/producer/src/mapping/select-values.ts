import type { Entry, Value } from '../directory/entry.ts'

export interface Selected {
  readonly from: string
  readonly values: readonly Value[]
}

/**
 * The values of the first attribute that has any; blank ones are none. `dn` names the entry's DN.
 *
 * Several values are sorted: an attribute's values have no order in LDAP, and two servers of one directory may return
 * them differently.
 */
export function selectValues(entry: Entry, names: readonly string[]): Selected | undefined {
  for (const from of names) {
    const found = entry.attributes.get(from)
    if (found === undefined) {
      if (from === 'dn') return { from, values: [entry.dn] }
      continue
    }
    const present = found.every(isPresent) ? found : found.filter(isPresent)
    if (present.length > 0) return { from, values: present.length === 1 ? present : [...present].sort(byText) }
  }
  return undefined
}

function isPresent(value: Value): boolean {
  return typeof value === 'string' ? value.trim() !== '' : value.length > 0
}

/** Text by code units, bytes after all text. */
function byText(a: Value, b: Value): number {
  if (typeof a === 'string') return typeof b === 'string' ? (a < b ? -1 : a > b ? 1 : 0) : -1
  return typeof b === 'string' ? 1 : Buffer.compare(a, b)
}
