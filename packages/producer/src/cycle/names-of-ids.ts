import { NAMED, NAMED_SETS, type NamedCatalogue } from '../mapping/named-attributes.ts'
import type { Listing } from './name-listing.ts'

/** The name that an account has for an id in an attribute of Zendesk's, such as `custom_role_id`. */
export type NameOfId = (attribute: string, id: number) => string | undefined

const CATALOGUE_OF: ReadonlyMap<string, NamedCatalogue> = new Map(
  [...NAMED, ...NAMED_SETS].map(({ id, catalogue }) => [id, catalogue]),
)

/** Names by ids, as far as they were read. Of what has several names, as locales and brands have, the first counts. */
export function namesOfIds(listing: Pick<Listing, NamedCatalogue>): NameOfId {
  // an account may have a hundred thousand organizations, and cycles ask for no name
  const names = new Map<NamedCatalogue, ReadonlyMap<number, string>>()
  return (attribute, id) => {
    const catalogue = CATALOGUE_OF.get(attribute)
    if (catalogue === undefined) return undefined
    const known = names.get(catalogue) ?? firstNames(listing[catalogue] ?? [])
    names.set(catalogue, known)
    return known.get(id)
  }
}

function firstNames(pairs: NonNullable<Listing[NamedCatalogue]>): Map<number, string> {
  const names = new Map<number, string>()
  for (const [name, id] of pairs) if (!names.has(id)) names.set(id, name)
  return names
}
