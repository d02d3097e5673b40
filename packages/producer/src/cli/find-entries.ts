import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { classesOf } from '../directory/classes-of.ts'
import type { Directory } from '../directory/directory.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { UnidentifiedEntry } from '../directory/entry.ts'
import { idFilter } from '../directory/ldap/directory-id.ts'
import { hasPart, hasText } from '../source/filters.ts'

/** An entry, and its directory id unless it shows none. */
export type FoundEntry = UnidentifiedEntry & { readonly id?: string }

/** What people know a person or a group by, beside a DN. Servers that don't know one of them take it for no match. */
const NAMES = ['uid', 'sAMAccountName', 'userPrincipalName', 'mail', 'cn']

/** Attributes with a part of a name. */
const NAME_PARTS = ['displayName', 'givenName', 'sn']

/** Entries that only a part of a text finds, of each base: nobody reads a longer list. */
const MOST_PARTS = 100

/**
 * The entries below the connection's bases that have the text as a user id, an address, a name or a directory id, or
 * as a part of one of the former.
 */
export async function entriesKnownAs(
  directory: Directory,
  connection: ConnectionConfig,
  text: string,
  as: 'whole' | 'part',
  signal: AbortSignal,
): Promise<FoundEntry[]> {
  const names = [...new Set([...NAMES, ...connection.users.map.email.from])]
  if (as === 'part') {
    const attributes = [...new Set([...names, ...NAME_PARTS])]
    return await entriesThat(directory, connection, hasPart(attributes, text), signal, MOST_PARTS)
  }
  const filter = `(|${hasText(names, text)}${idFilters(connection, [text]).join('')})`
  return await entriesThat(directory, connection, filter, signal)
}

/** The entries below the connection's bases with these directory ids. */
export async function entriesWithIds(
  directory: Directory,
  connection: ConnectionConfig,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<FoundEntry[]> {
  const filters = idFilters(connection, ids)
  if (filters.length === 0) return []
  const wanted = new Set(ids)
  const found = await entriesThat(directory, connection, `(|${filters.join('')})`, signal)
  return found.filter(({ id }) => id !== undefined && wanted.has(id))
}

/** An id is text to some servers and bytes to others: one that takes it for neither finds nobody by it. */
function idFilters({ directory }: ConnectionConfig, ids: readonly string[]): string[] {
  return ids.flatMap((id) => {
    const bytes = /^[0-9a-f-]{8,}$/i.test(id) ? [idFilter(directory.id, id, true)] : []
    return isDecodable(id) ? [idFilter(directory.id, id, false), ...bytes] : bytes
  })
}

function isDecodable(id: string): boolean {
  try {
    decodeURIComponent(id)
    return true
  } catch {
    return false
  }
}

async function entriesThat(
  directory: Directory,
  { users, groups }: ConnectionConfig,
  filter: string,
  signal: AbortSignal,
  most = Infinity,
): Promise<FoundEntry[]> {
  const bases = new Map([...users.locations, ...(groups?.locations ?? [])].map(({ base }) => [normaliseDn(base), base]))
  const found = new Map<string, FoundEntry>()
  for (const base of bases.values())
    for await (const page of directory.scan({ base, scope: 'sub', filter, attributes: ['objectClass'] }, signal)) {
      for (const entry of [...page.entries, ...page.unidentified]) found.set(normaliseDn(entry.dn), entry)
      if (found.size >= most) break
    }
  return [...found.values()].slice(0, most)
}

/** Names of the object classes of an entry, as far as the bind DN may read them. */
export function objectClassesOf({ attributes }: UnidentifiedEntry): string[] {
  return (attributes.get('objectclass') ?? []).map(String)
}

/** Whether an entry is a group by its object classes. One that can be a person as well is one. */
export function isGroupEntry(entry: UnidentifiedEntry, { directory }: ConnectionConfig): boolean {
  const { group, filteredPerson: person } = classesOf(directory)
  const classes = new Set(objectClassesOf(entry).map((one) => one.toLowerCase()))
  const isOneOf = (names: readonly string[]) => names.some((name) => classes.has(name.toLowerCase()))
  return isOneOf(group) && !isOneOf(person)
}
