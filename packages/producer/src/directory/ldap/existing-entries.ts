import type { Existing } from '../directory.ts'
import { directoryId, idFilter } from './directory-id.ts'
import type { Reading } from './reading.ts'
import { searchBelowContexts } from './search-below-contexts.ts'

/**
 * Of these ids, those of entries anywhere below the naming contexts of the bases.
 *
 * @throws as {@link searchBelowContexts}
 */
export async function existingEntries(
  reading: Reading,
  ids: readonly string[],
  bases: readonly string[],
  signal: AbortSignal,
): Promise<Existing> {
  const { idAttribute, binary } = reading
  const name = idAttribute.toLowerCase()
  const filters = ids.map((id) => idFilter(idAttribute, id, binary.has(name)))
  const found = new Set<string>()
  let isHidden = false
  const doubt = await searchBelowContexts(
    reading,
    { filters, attributes: [idAttribute], bases },
    ({ attributes }) => {
      const id = directoryId(idAttribute, attributes.get(name))
      if (id === undefined) isHidden = true
      else found.add(id)
    },
    signal,
  )
  const why = isHidden ? `the bind DN may search for '${idAttribute}', and not read it` : undefined
  return { found, ...((doubt ?? why) !== undefined && { doubt: (doubt ?? why)! }) }
}
