import type { Explanation, Mapping } from '../../mapping/mapping.ts'

/** What the mapping made of an entry that somebody asked about. */
export interface WatchedEntry {
  readonly explanation: Explanation
  readonly dn: string
  /** As the directory has it; undefined of an entry that can't be mapped. */
  readonly email: string | undefined
}

/**
 * A mapping that does what the given one does, and remembers how it came about for the entries that are asked about:
 * by their directory id, or by the address that they map to.
 *
 * @param emails in lower case
 */
export function watchMapping(
  mapping: Mapping,
  { ids, emails }: { readonly ids: ReadonlySet<string>; readonly emails: ReadonlySet<string> },
): { readonly mapping: Mapping; readonly watched: ReadonlyMap<string, WatchedEntry> } {
  const watched = new Map<string, WatchedEntry>()
  const mapAll: Mapping['mapAll'] = async (entries, effort) => {
    const all = await mapping.mapAll(entries, effort)
    for (const [i, mapped] of all.entries()) {
      const { entry, context } = entries[i]!
      const email = mapped.kind === 'mapped' ? mapped.email : undefined
      if (!ids.has(entry.id) && (email === undefined || !emails.has(email.toLowerCase()))) continue
      watched.set(entry.id, { explanation: await mapping.explain(entry, context), dn: entry.dn, email })
    }
    return all
  }
  return { mapping: { ...mapping, mapAll }, watched }
}
