import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Directory } from '../directory/directory.ts'
import { normaliseDn } from '../directory/dn.ts'
import { hasText } from '../source/filters.ts'

/** What people know a person or a group by, beside a DN. Servers that don't know one of them take it for no match. */
const NAMES = ['uid', 'sAMAccountName', 'userPrincipalName', 'mail', 'cn']

/** A DN has a `=`; an address, a user id or a name has none. */
export function isDn(text: string): boolean {
  return text.includes('=')
}

/** The DNs of the entries below the connection's bases that have the text as a user id, an address or a name. */
export async function findEntries(
  directory: Directory,
  { users, groups }: ConnectionConfig,
  text: string,
  signal: AbortSignal,
): Promise<string[]> {
  const filter = hasText([...new Set([...NAMES, ...users.map.email.from])], text)
  const bases = new Map([...users.locations, ...(groups?.locations ?? [])].map(({ base }) => [normaliseDn(base), base]))
  const found = new Map<string, string>()
  for (const base of bases.values())
    for await (const { entries, unidentified } of directory.scan(
      { base, scope: 'sub', filter, attributes: [] },
      signal,
    ))
      for (const dn of [...entries, ...unidentified].map((entry) => entry.dn)) found.set(normaliseDn(dn), dn)
  return [...found.values()]
}
