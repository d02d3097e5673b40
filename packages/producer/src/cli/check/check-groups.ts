import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { roleGroupsOf } from '../../cycle/user-policy.ts'
import type { Directory } from '../../directory/directory.ts'
import { IncompleteScanError } from '../../directory/ldap/errors.ts'
import { groupFilter } from '../../source/filters.ts'
import { GroupTree } from '../../source/group-tree.ts'
import { readGroups, ScopeGroupMissingError, type DirectoryGroups } from '../../source/read-groups.ts'
import { ofError, type Tell } from './finding.ts'

/** The groups, as far as they could be read. */
export interface SeenGroups {
  readonly groups: DirectoryGroups
  /** False where a location or a group that decides something could not be read: then nobody knows who is in any. */
  readonly isWhole: boolean
}

/**
 * Reads the groups that a connection speaks of. Of each location and each group that is named it is said whether it is
 * there; a cycle would say so of the first alone.
 */
export async function lookAtGroups(
  directory: Directory,
  connection: ConnectionConfig,
  signal: AbortSignal,
  tell: Tell,
): Promise<SeenGroups> {
  const faults = [
    ...(await locationFaults(directory, connection, signal)),
    ...(await missingGroups(directory, connection, signal)),
  ]
  for (const [about, error] of faults) tell(ofError(about, error))
  if (faults.length > 0) return { groups: noGroups(connection), isWhole: false }
  try {
    return { groups: await readGroups(directory, connection, roleGroupsOf(connection.users), signal), isWhole: true }
  } catch (error) {
    signal.throwIfAborted()
    tell(ofError('groups', error))
    return { groups: noGroups(connection), isWhole: false }
  }
}

type Fault = readonly [about: string, error: unknown]

async function locationFaults(
  directory: Directory,
  { directory: config, groups }: ConnectionConfig,
  signal: AbortSignal,
): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const [i, { base, filter }] of (groups?.locations ?? []).entries()) {
    const setting = `groups.locations[${i}]`
    const search = { base, setting: `${setting}.base`, scope: 'sub' as const, filter: groupFilter(config, filter) }
    try {
      for await (const _page of directory.scan({ ...search, attributes: [] }, signal));
    } catch (error) {
      if (!(error instanceof IncompleteScanError)) throw error
      faults.push([setting, error])
    }
  }
  return faults
}

/** Of groups that decide who is in scope: one that is missing stops the cycle. */
async function missingGroups(
  directory: Directory,
  connection: ConnectionConfig,
  signal: AbortSignal,
): Promise<Fault[]> {
  const faults: Fault[] = []
  const { users, groups } = connection
  for (const [kind, locations] of [
    ['users', users.locations],
    ['groups', groups?.locations ?? []],
  ] as const)
    for (const [i, { group }] of locations.entries()) {
      if (group === undefined || (await directory.read(group, [], signal)).status !== 'missing') continue
      const setting = `${kind}.locations[${i}]`
      faults.push([setting, new ScopeGroupMissingError(connection.id, group, `${setting}.group`)])
    }
  return faults
}

/** What is said of no group. */
function noGroups({ groups }: ConnectionConfig): DirectoryGroups {
  return {
    managed: [],
    tree: new GroupTree(),
    nameless: [],
    unidentified: new Set(),
    roots: { users: [], groups: [], roles: [], managed: [] },
    inLocation: (groups?.locations ?? []).map(() => -1),
  }
}
