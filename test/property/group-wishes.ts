import type { SeenEntry } from './look-at-directory.ts'

/** What one managed group's entry asks of Zendesk. */
export interface GroupWish {
  readonly id: string
  readonly dn: string
  /** Empty when the entry has none. */
  readonly name: string
  /** No name, or one that another managed entry has as well: the entry is not to be applied. */
  readonly unclear: boolean
  /** DNs of all members, those of nested groups included. */
  readonly members: ReadonlySet<string>
}

/** The configuration's part that says the same. */
export const GROUPS = {
  match: 'description',
  locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }],
}

/** What the managed groups ask for. */
export function groupWishesOf(groups: readonly SeenEntry[]): GroupWish[] {
  const managed = groups.filter((group) => group.dn.startsWith('cn=zd-'))
  const nameOf = (group: SeenEntry) => group.values('description')[0] ?? ''
  return managed.map((group) => {
    const name = nameOf(group)
    const same = managed.filter((one) => nameOf(one).toLowerCase() === name.toLowerCase())
    const members = membersBelow(group.dn, groups)
    return { id: group.id, dn: group.dn, name, unclear: name === '' || same.length > 1, members }
  })
}

/** DNs that are in a group, or in a group that is in it, however deep. */
export function membersBelow(dn: string, groups: readonly SeenEntry[]): Set<string> {
  const reached = new Set([dn])
  for (const at of reached)
    for (const member of groups.find((group) => group.dn === at)?.values('member') ?? []) reached.add(member)
  return reached
}
