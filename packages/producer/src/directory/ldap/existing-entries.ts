import { searchFault } from '../search-fault.ts'
import { askAside } from './ask-aside.ts'
import { readTexts } from './base-entry.ts'
import { idFilter } from './directory-id.ts'
import { contextsOf } from './naming-contexts.ts'
import { scanEntries, type Reading } from './reading.ts'
import { ROOT_DSE_MS } from './root-dse.ts'

/** So many ids are asked for by one search. */
const AT_ONCE = 100

/**
 * Of these ids, those of entries anywhere below the naming contexts of the bases, as far as the bind DN may see. An
 * id's attribute need not be indexed, and a server may refuse such a search: then none is found.
 *
 * @throws as the port says of a scan, but for what is wrong with the search itself
 */
export async function existingEntries(
  reading: Reading,
  ids: readonly string[],
  bases: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  if (ids.length === 0) return found
  const contexts = await askAside(reading.pool, { ms: ROOT_DSE_MS, signal }, async (session, until) => {
    const rootDse = await readTexts(session, { dn: '', attributes: ['namingContexts'] }, until)
    return rootDse && contextsOf(rootDse, bases)
  })
  const isBytes = reading.binary.has(reading.idAttribute.toLowerCase())
  for (const base of contexts ?? bases)
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE).map((id) => idFilter(reading.idAttribute, id, isBytes))
      const search = { base, scope: 'sub' as const, filter: `(|${some.join('')})`, attributes: [] }
      try {
        for await (const { entries } of scanEntries(reading, search, signal))
          for (const { id } of entries) found.add(id)
      } catch (error) {
        if (searchFault(error) === undefined) throw error
      }
    }
  return found
}
