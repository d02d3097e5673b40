import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { inheritsTickets } from '../../cycle/api-user-in-groups.ts'
import type { DirectoryGroups } from '../../source/read-groups.ts'
import type { KnownAccount } from './check-account.ts'
import { ofProblem, type Finding } from './finding.ts'

/** Whether the user of the credentials is in a managed group, by the directory or in Zendesk. */
export function describeApiUser(
  connection: Pick<ConnectionConfig, 'id' | 'groups'>,
  { user, groups: inZendesk }: KnownAccount,
  directory: {
    readonly groups: DirectoryGroups
    readonly members: ReadonlyMap<string, ReadonlySet<string>>
    /** Ids of the entries that have the user's address. */
    readonly apiUsers: ReadonlySet<string>
  },
): Finding[] {
  if (!connection.groups) return []
  const about = "API's user"
  const names = directory.groups.managed.flatMap(({ id, name }) => {
    const isMember = [...directory.apiUsers].some((one) => directory.members.get(id)?.has(one))
    return isMember || inZendesk?.has(name.toLowerCase()) ? [name] : []
  })
  if (names.length > 0) return [ofProblem('warning', about, inheritsTickets(connection.id, user.id, names))]
  if (inZendesk === undefined)
    return [{ level: 'unknown', about, what: 'Zendesk does not show which groups the user of the credentials is in' }]
  return [{ level: 'ok', about, what: 'The user of the credentials is in no managed group, and inherits no tickets' }]
}
