import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { Location } from '@provisioner/shared/config/location.ts'
import type { Directory, Search } from '../directory/directory.ts'
import { isBelow, normaliseDn, outermost, parentDn } from '../directory/dn.ts'
import { findDynamicMembers } from './dynamic-members.ts'
import { groupFilter } from './filters.ts'
import { groupAttributes, hiddenGroup, toGroup } from './group-entry.ts'
import { GroupTree, type DirectoryGroup, type GroupRoot } from './group-tree.ts'
import { OutsideGroups } from './outside-groups.ts'
import { isOutOfReach } from '../directory/search-fault.ts'

/** Thrown when a group that decides who is in scope is not there: its absence must not read as "everybody left". */
export class ScopeGroupMissingError extends ProvisioningError {
  override name = 'ScopeGroupMissingError' as const
  override readonly code = 'SCOPE_GROUP_MISSING' as const

  constructor(connection: string, dn: string, key: string) {
    super(
      `Connection '${connection}': the directory has no group '${dn}', which ${key} names. ` +
        'Nothing is planned. Correct the DN, create the group, or let the bind DN read it',
    )
  }
}

type IdentifiedGroup = DirectoryGroup & { readonly id: string }

/** The groups that this connection provisions, and all that is needed to know who is in them. */
export interface DirectoryGroups {
  readonly managed: readonly IdentifiedGroup[]
  readonly tree: GroupTree
  /** Managed entries that have no value in `groups.match`. */
  readonly nameless: readonly { id: string; dn: string }[]
  /** DNs of groups that would be managed, and show no id. */
  readonly unidentified: ReadonlySet<string>
  readonly roots: GroupRoots
  /** How many groups each of `groups.locations` found, in their order. */
  readonly inLocation: readonly number[]
}

/** What membership is asked of, by what depends on it. */
export interface GroupRoots {
  /** Groups of `users.locations`, with the location's position: who is in scope. */
  readonly users: readonly (GroupRoot & { readonly location: number })[]
  /** Groups of `groups.locations`: which groups are managed. */
  readonly groups: readonly GroupRoot[]
  /** Groups of `byGroup`; one of them may not exist. */
  readonly roles: readonly GroupRoot[]
  /** The managed groups, in the order of `managed`. */
  readonly managed: readonly GroupRoot[]
}

/**
 * Reads the managed groups, the groups that scopes and roles name, and the groups nested in them; of dynamic ones among
 * them, the searches are carried out.
 *
 * @throws ScopeGroupMissingError, and whatever the directory throws when a scan may be incomplete
 */
export async function readGroups(
  directory: Directory,
  connection: ConnectionConfig,
  roleGroups: readonly string[],
  signal: AbortSignal,
): Promise<DirectoryGroups> {
  const { users, directory: source } = connection
  const locations = connection.groups?.locations ?? []
  const attributes = groupAttributes(connection)
  const anyGroup = groupFilter(source)
  const tree = new GroupTree()
  const nameless: { id: string; dn: string }[] = []
  const unidentified = new Set<string>()
  const managed = new Map<string, IdentifiedGroup>()
  const manage = (group: DirectoryGroup) => {
    const { id, dn } = group
    if (id === undefined) unidentified.add(dn)
    else if (group.name === '') nameless.push({ id, dn })
    else managed.set(id, { ...group, id })
  }
  const scanInto = async (search: Omit<Search, 'attributes'>, take: (group: DirectoryGroup) => void) => {
    for await (const page of directory.scan({ ...search, attributes }, signal))
      for (const entry of [...page.entries, ...page.unidentified]) take(toGroup(entry, connection))
  }

  const inLocation = locations.map(() => 0)
  for (const [i, location] of locations.entries())
    await scanInto({ ...searchOf(location, i), filter: groupFilter(source, location.filter) }, (group) => {
      inLocation[i]!++
      tree.put(group)
      if (!location.group) manage(group)
    })

  const scopes = {
    users: users.locations.flatMap((l, i) => scopeOf(l, i, `users.locations[${i}].group`)),
    groups: locations.flatMap((l, i) => scopeOf(l, i, `groups.locations[${i}].group`)),
  }
  const roles = roleGroups.map((dn) => ({ dn, key: normaliseDn(dn), nested: true }))
  const named = [...scopes.users, ...scopes.groups, ...roles]
  const follows = roles.length > 0 || [...users.locations, ...locations].some((location) => location.nested)
  const bases = outermost([
    ...[...users.locations, ...locations].map((location) => location.base),
    ...named.map(({ dn }) => parentDn(dn)),
  ])
  const ofLocations = new Map([
    ...locations.map(({ base }, i) => [normaliseDn(base), `groups.locations[${i}].base`] as const),
    ...users.locations.map(({ base }, i) => [normaliseDn(base), `users.locations[${i}].base`] as const),
  ])
  for (const base of follows ? bases : [])
    await scanInto({ base, setting: ofLocations.get(normaliseDn(base)), scope: 'sub', filter: anyGroup }, (group) => {
      if (!tree.has(group.key)) tree.put(group)
    }).catch((error: unknown) => {
      // Beside the locations, it is only where a group that is named should be: that one is asked for itself.
      if (ofLocations.has(normaliseDn(base)) || !isOutOfReach(error)) throw error
    })
  const readNamed = async ({ key, dn }: GroupRoot) => {
    const there = tree.has(key) ? undefined : await directory.read(dn, attributes, signal)
    if (there?.status === 'hidden') tree.put(hiddenGroup(dn))
    else if (there && there.status !== 'missing') tree.put({ ...toGroup(there.entry, connection), key })
    return tree.has(key)
  }
  for (const scope of [...scopes.users, ...scopes.groups])
    if (!(await readNamed(scope))) throw new ScopeGroupMissingError(connection.id, scope.dn, scope.setting)
  for (const role of roles) await readNamed(role)

  const outside = new OutsideGroups(bases.map(normaliseDn))
  const scanRightBelow = (base: string) =>
    scanInto({ base, scope: 'one', filter: anyGroup }, (group) => {
      if (!tree.has(group.key)) tree.put(group)
    })
  const findMembers = async (roots: readonly GroupRoot[]) => {
    for (let before = -1; before !== tree.size;) {
      before = tree.size
      await outside.add(tree, roots, scanRightBelow)
      await findDynamicMembers(directory, tree, roots, source.urls, signal)
    }
  }
  await findMembers(named)
  for (const { key, nested, base } of scopes.groups)
    for (const at of tree.groupsBelow(key, nested))
      for (const member of tree.get(at)?.members ?? []) {
        const group = tree.get(member)
        if (group && isBelow(group.dn, base)) manage(group)
      }
  const nested = locations.some((location) => location.nested)
  const managedRoots = [...managed.values()].map(({ key, dn }) => ({ key, dn, nested }))
  await findMembers(managedRoots)
  const allRoots = { ...scopes, roles, managed: managedRoots }
  return { managed: [...managed.values()], tree, nameless, unidentified, roots: allRoots, inLocation }
}

function searchOf({ base }: Location, i: number) {
  return { base, setting: `groups.locations[${i}].base`, scope: 'sub' as const }
}

function scopeOf({ group, nested, base }: Location, location: number, setting: string) {
  return group === undefined ? [] : [{ dn: group, key: normaliseDn(group), nested, base, location, setting }]
}
