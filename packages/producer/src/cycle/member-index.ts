import type { DirectoryGroups } from '../source/read-groups.ts'
import { membersFilter, type SourceUser } from '../source/read-users.ts'

/** Collects who is in which managed group, from the groups' side and from the users'. */
export function memberIndex({ managed, roots, tree }: DirectoryGroups) {
  const groupsOfMember = new Map<string, string[]>()
  const groupsAt = new Map<string, string[]>()
  const members = new Map<string, Set<string>>()
  for (const [i, { id }] of managed.entries()) {
    const { key, nested } = roots.managed[i]!
    members.set(id, new Set())
    for (const below of tree.groupsBelow(key, nested)) groupsAt.set(below, [...(groupsAt.get(below) ?? []), id])
    for (const member of tree.membersOf(key, nested))
      groupsOfMember.set(member, [...(groupsOfMember.get(member) ?? []), id])
  }
  return {
    members,
    note: ({ entry, keys, memberOf, primary }: SourceUser) => {
      for (const key of keys) for (const id of groupsOfMember.get(key) ?? []) members.get(id)!.add(entry.id)
      for (const key of memberOf) for (const id of groupsAt.get(key) ?? []) members.get(id)!.add(entry.id)
      if (primary !== undefined) for (const id of groupsAt.get(primary) ?? []) members.get(id)!.add(entry.id)
    },
  }
}

/** The groups named by `byGroup` in which a user is, nested groups followed. */
export function roleIndex({ tree, roots }: DirectoryGroups): (user: SourceUser) => ReadonlySet<string> {
  const filters = roots.roles.map((root) => ({ key: root.key, isIn: membersFilter(tree, root) }))
  return (user) => new Set(filters.filter(({ isIn }) => isIn(user)).map(({ key }) => key))
}
