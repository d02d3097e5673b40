import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { Directory } from '../directory/directory.ts'
import { isBelow, normaliseDn, parentDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { groupFilter } from './filters.ts'
import { GroupTree, uidKey, type DirectoryGroup } from './group-tree.ts'

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

/** The groups that this connection provisions, and all that is needed to know who is in them. */
export interface DirectoryGroups {
  readonly managed: readonly DirectoryGroup[]
  readonly tree: GroupTree
  /** Managed entries that have no value in `groups.match`. */
  readonly nameless: readonly { id: string; dn: string }[]
}

/**
 * Reads the managed groups, the groups that scopes and roles name, and the groups nested in them.
 *
 * @throws ScopeGroupMissingError, and whatever the directory throws when a scan may be incomplete
 */
export async function readGroups(
  directory: Directory,
  connection: ConnectionConfig,
  roleGroups: readonly string[],
  signal: AbortSignal,
): Promise<DirectoryGroups> {
  const { groups, users, directory: source } = connection
  const nameAttribute = groups?.match ?? 'cn'
  const memberAttribute = source.membership.group
  const attributes = [nameAttribute, 'objectClass', ...(memberAttribute ? [memberAttribute] : [])]
  const read = (entry: Entry) => toGroup(entry, nameAttribute, memberAttribute)

  const anyGroup = groupFilter(source.type)
  const found = new Map<string, DirectoryGroup>()
  const nameless: { id: string; dn: string }[] = []
  const managed = new Map<string, DirectoryGroup>()
  const scoped: { key: string; nested: boolean; within: string }[] = []
  for (const location of groups?.locations ?? []) {
    if (location.group)
      scoped.push({ key: normaliseDn(location.group), nested: location.nested, within: location.base })
    for await (const page of directory.scan(
      { base: location.base, scope: 'sub', filter: location.filter ?? anyGroup, attributes },
      signal,
    ))
      for (const entry of page.entries) {
        const group = read(entry)
        found.set(group.key, group)
        if (location.group) continue
        if (group.name === '') nameless.push({ id: group.id, dn: group.dn })
        else managed.set(group.id, group)
      }
  }

  const named = [
    ...users.locations.flatMap((l, i) =>
      l.group ? [{ dn: l.group, key: `users.locations[${i}].group`, required: true }] : [],
    ),
    ...(groups?.locations ?? []).flatMap((l, i) =>
      l.group ? [{ dn: l.group, key: `groups.locations[${i}].group`, required: true }] : [],
    ),
    ...roleGroups.map((dn) => ({ dn, key: 'byGroup', required: false })),
  ]
  const follows =
    users.locations.some((l) => l.nested) || roleGroups.length > 0 || (groups?.locations ?? []).some((l) => l.nested)
  if (follows)
    for (const base of outermost([
      ...users.locations.map((l) => l.base),
      ...(groups?.locations ?? []).map((l) => l.base),
      ...named.map((n) => parentDn(n.dn)),
    ]))
      for await (const page of directory.scan({ base, scope: 'sub', filter: anyGroup, attributes }, signal))
        for (const entry of page.entries) {
          const group = read(entry)
          if (!found.has(group.key)) found.set(group.key, group)
        }
  for (const { dn, key, required } of named) {
    if (found.has(normaliseDn(dn))) continue
    const entry = await directory.read(dn, attributes, signal)
    if (entry) found.set(normaliseDn(dn), read(entry))
    else if (required) throw new ScopeGroupMissingError(connection.id, dn, key)
  }

  const tree = new GroupTree(found.values())
  for (const { key, nested, within } of scoped)
    for (const at of tree.groupsBelow(key, nested))
      for (const member of tree.get(at)?.members ?? []) {
        const group = tree.get(member)
        if (group && group.name !== '' && isBelow(group.dn, within)) managed.set(group.id, group)
      }
  return { managed: [...managed.values()], tree, nameless }
}

function toGroup(entry: Entry, nameAttribute: string, memberAttribute: string | false): DirectoryGroup {
  const texts = (name: string) => (entry.attributes.get(name.toLowerCase()) ?? []).filter((v) => typeof v === 'string')
  const members = memberAttribute === false ? [] : texts(memberAttribute)
  const byUid = typeof memberAttribute === 'string' && memberAttribute.toLowerCase() === 'memberuid'
  const [name = '', ...otherNames] = texts(nameAttribute)
    .map((value) => value.trim())
    .filter((value) => value !== '')
  return {
    id: entry.id,
    dn: entry.dn,
    key: normaliseDn(entry.dn),
    name,
    otherNames,
    members: members.map((member) => (byUid ? uidKey(member) : normaliseDn(member))),
  }
}

/** The bases with those taken out that lie below another. */
function outermost(bases: readonly string[]): string[] {
  const unique = [...new Map(bases.map((base) => [normaliseDn(base), base])).values()]
  return unique.filter((base) => !unique.some((other) => other !== base && isBelow(base, other)))
}
