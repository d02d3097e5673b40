import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import { nobodysUsers } from '@provisioner/zendesk/nobodys-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { PlanSources } from './plan-sources.ts'

/** What an account has that is no entry's of any connection: as Zendesk shows it, in the order of the ids. */
export interface Unmanaged {
  readonly team: readonly User[]
  readonly groups: readonly Group[]
}

export const NOT_LOOKED: Unmanaged = { team: [], groups: [] }

/** Whether the mapping makes anybody an agent: who gives agents their role by hand knows whom they have. */
export function makesTeam({ map }: Pick<UsersConfig, 'map'>): boolean {
  return map.role !== undefined || map.custom_role !== undefined
}

/**
 * Looks for team members, agents and admins, and for groups that nobody manages. End users are not listed: an account
 * may have a million of them, and they hold no seat and see no tickets of others.
 *
 * @param team undefined where Zendesk does not let it be read, or the connection makes none; so of groups
 */
export async function findUnmanaged(
  { connection: { account }, redis, reader }: Pick<PlanSources, 'connection' | 'redis' | 'reader'>,
  { team = [], groups = [] }: { readonly team: User[] | undefined; readonly groups: Group[] | undefined },
): Promise<Unmanaged> {
  const nobodys = await nobodysUsers(team, {
    ownersOf: (kind, ids) => readOwners(redis, { account, kind }, ids),
    records: (kind, ids) => reader.records(kind, ids),
  })
  const ids = groups.map(({ id }) => id)
  const owners = await readOwners(redis, { account, kind: 'group' }, ids)
  const ofNobody = groups.filter((_group, i) => owners[i] === null)
  return { team: nobodys.toSorted((a, b) => a.id - b.id), groups: ofNobody }
}
