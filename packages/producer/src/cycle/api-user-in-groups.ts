import { unownedUser } from '@provisioner/shared/entity.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { GroupsPlan } from './plan-groups.ts'
import { nameSome } from './name-some.ts'
import type { PlanSources } from './plan-sources.ts'

/**
 * Tells of managed groups that the user of the account's own credentials is to be in: the open tickets of agents who
 * leave such a group go to that user (Zendesk's articles 4408888690842 and 4408821536794).
 */
export async function apiUserInGroups(
  { apiUser, redis, connection }: Pick<PlanSources, 'apiUser' | 'redis' | 'connection'>,
  { members }: Pick<DirectoryPicture, 'members'>,
  { active }: Pick<GroupsPlan, 'active'>,
): Promise<Problem[]> {
  const zendeskId = await apiUser.known()
  if (zendeskId === undefined) return []
  const [owner = null] = await readOwners(redis, { account: connection.account, kind: 'user' }, [zendeskId])
  const ids = [unownedUser(zendeskId), idWithin(connection.id, owner)]
  const names = active.flatMap(({ id, name }) => (ids.some((one) => members.get(id)?.has(one ?? '')) ? [name] : []))
  if (names.length === 0) return []
  return [inheritsTickets(connection.id, zendeskId, names)]
}

/** What is told of groups that the user of the credentials is in. @param names of the groups, one at least */
export function inheritsTickets(connection: string, zendeskId: number, names: readonly string[]): Problem {
  const named = nameSome(names.map((name) => `'${name}'`))
  return {
    code: 'API_USER_IN_GROUP',
    subject: 'connection',
    id: `${connection}.api-user`,
    what:
      `The user of the account's own credentials (Zendesk user ${zendeskId}) is a member of ${named.join(', ')}: ` +
      'open tickets of agents who leave these groups, or Zendesk, go to that user, unseen',
    todo: 'Take that user out of the groups in the directory, or give the provisioner credentials of a user of its own',
  }
}
