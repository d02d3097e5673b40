import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Directory } from '../directory/directory.ts'
import { isBelow, normaliseDn } from '../directory/dn.ts'
import { personFilter } from './filters.ts'
import type { GroupTree } from './group-tree.ts'
import { membersFilter, type SourceUser } from './read-users.ts'

/** Which of `users.locations` has an entry, or why none of them has. */
export interface Scope {
  /** The position of the first that has it; null when none has. */
  readonly location: number | null
  /** A sentence for each location, when none has it. */
  readonly outOfScope: readonly string[]
}

/**
 * Which of the source locations has the entry.
 *
 * @throws whatever the directory throws
 */
export async function scopeOfEntry(
  directory: Directory,
  { users, directory: source }: ConnectionConfig,
  tree: GroupTree,
  user: SourceUser,
  signal: AbortSignal,
): Promise<Scope> {
  const { dn } = user.entry
  const reasons: string[] = []
  for (const [i, { base, filter: own, group, nested }] of users.locations.entries()) {
    const filter = personFilter(source, own)
    const isIn = group === undefined ? undefined : membersFilter(tree, { key: normaliseDn(group), dn: group, nested })
    const reason = !isBelow(dn, base)
      ? `it does not lie below ${base}`
      : !(await matches(directory, dn, filter, signal))
        ? `it does not match ${filter}`
        : isIn && !isIn(user)
          ? `it is not in the group ${group}`
          : undefined
    if (reason === undefined) return { location: i, outOfScope: [] }
    reasons.push(`users.locations[${i}]: ${reason}`)
  }
  return { location: null, outOfScope: reasons }
}

async function matches(directory: Directory, dn: string, filter: string, signal: AbortSignal): Promise<boolean> {
  for await (const page of directory.scan({ base: dn, scope: 'base', filter, attributes: [] }, signal))
    if (page.entries.length > 0) return true
  return false
}
