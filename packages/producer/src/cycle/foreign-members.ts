import { unownedUser } from '@provisioner/shared/entity.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'
import { findForeignUsers, type ForeignUser, type ForeignUsers } from './foreign-users.ts'
import { nameSome } from './name-some.ts'
import type { PlanSources } from './plan-sources.ts'
import { readDomains } from './read-domains.ts'
import { stillMembers } from './remembered-members.ts'

/**
 * By what Active Directory stands in for a member of another forest ([MS-ADTS] 6.1.1.4.10): the entry has nothing but
 * the SID. What everybody has, such as `S-1-5-11` for all who are signed in, is no person.
 */
const STAND_IN = /^cn=(s-1-5-21-[\d-]+),cn=foreignsecurityprincipals,/

/** Members of managed groups whom another connection of the account has. */
export interface ForeignMembers {
  /** A membership's user id (`unownedUser`) → what people call the user. */
  readonly labels: ReadonlyMap<string, string>
  /** Ids of the groups with members of whom can't be told who they are, and nobody remembers. */
  readonly unsure: ReadonlySet<string>
  /** Those of whom a member is remembered, by their membership's user id: they need no doubt to stay. */
  readonly remembered: ReadonlySet<string>
  /** What is to be remembered of members, by SID or DN, and of whom nothing is any more. */
  readonly noted: { readonly found: ReadonlyMap<string, number>; readonly vanished: readonly string[] }
  readonly problems: readonly Problem[]
}

const NONE: ForeignMembers = {
  labels: new Map(),
  unsure: new Set(),
  remembered: new Set(),
  noted: { found: new Map(), vanished: [] },
  problems: [],
}

type Sources = Pick<PlanSources, 'connection' | 'others' | 'reader' | 'redis'>

/**
 * Adds to the managed groups' members those of domains that the connection does not read and another one of the account
 * does. Groups of Active Directory whose members nobody reads are told, for nobody would see that they are left out.
 *
 *   another connection     | remembered | the member
 *   -----------------------|------------|-----------------------------------------------------------
 *   has them               |            | is in the group
 *   can't tell             | yes        | stays
 *   can't tell             | no         | is left out; who of another connection is in the group stays
 *   does not find them     | yes        | stays while it leaves them as they are (`stillMembers`)
 *   does not find them     | no         | is left out, and told of
 *
 * @param members of the managed groups, by their ids
 * @throws only when `signal` says so
 */
export async function addForeignMembers(
  { managed, roots, tree }: DirectoryGroups,
  { connection, others, reader, redis }: Sources,
  members: ReadonlyMap<string, Set<string>>,
  signal: AbortSignal,
): Promise<ForeignMembers> {
  // elsewhere a DN says nothing of a domain
  if (connection.directory.type !== 'active-directory') return NONE
  const isRead = readDomains(connection)
  const nameOf = (member: string) => STAND_IN.exec(member)?.[1]?.toUpperCase() ?? (isRead(member) ? [] : member)
  const ofOthers = roots.managed.map(({ key, nested }) => [...tree.membersOf(key, nested)].flatMap(nameOf))
  const names = new Set(ofOthers.flat())
  const { users: found, unsure } = await findForeignUsers(names, others, signal)
  const isUnsure = (name: string) => !found.has(name) && [...unsure.values()].some((other) => other.members.has(name))

  const known = await reader.foreignMembers()
  const missing = new Map([...known].filter(([name]) => names.has(name) && !found.has(name)))
  const still = await stillMembers(missing, { redis, account: connection.account, others })
  const users = new Map<string, Partial<ForeignUser> & Pick<ForeignUser, 'zendeskId'>>([
    ...[...missing].flatMap(([name, zendeskId]) => (isUnsure(name) ? [[name, { zendeskId }] as const] : [])),
    ...still,
    ...found,
  ])
  const labels = new Map<string, string>()
  const unsureGroups = new Set<string>()
  for (const [i, { id }] of managed.entries())
    for (const name of ofOthers[i]!) {
      const user = users.get(name)
      if (user) {
        if (user.label !== undefined) labels.set(unownedUser(user.zendeskId), user.label)
        members.get(id)!.add(unownedUser(user.zendeskId))
      } else if (isUnsure(name)) unsureGroups.add(id)
    }

  // Scope and roles are this connection's own: who is another one's is left out of them in any case.
  const deciding = [...roots.users, ...roots.groups, ...roots.roles]
  const own = new Map(deciding.map((root) => [root.key, root]))
  const joined = new Map([...roots.managed.map((root) => [root.key, root] as const), ...own])
  const told = [...joined.values()].flatMap(({ key, dn, nested }) => {
    const all = [...tree.membersOf(key, nested)].flatMap(nameOf)
    const left = own.has(key) ? all : all.filter((name) => !users.has(name) && !isUnsure(name))
    return left.length === 0 ? [] : [ofOtherDomains(tree.get(key)?.id ?? key, dn, left)]
  })
  const news = [...found].flatMap(([name, { zendeskId }]) =>
    known.get(name) === zendeskId ? [] : [[name, zendeskId] as const],
  )
  return {
    labels,
    unsure: unsureGroups,
    remembered: new Set([...known.values()].map(unownedUser)),
    noted: { found: new Map(news), vanished: [...known.keys()].filter((name) => !users.has(name)) },
    problems: [...told, ...untold(connection.id, { users: found, unsure })],
  }
}

function ofOtherDomains(id: string, dn: string, all: readonly string[]): Problem {
  const named = nameSome(all).join('; ')
  const members = all.length === 1 ? 'One member of the group is' : `${all.length} members of the group are`
  return {
    code: 'MEMBERS_OF_OTHER_DOMAINS',
    subject: 'group',
    id,
    dn,
    what:
      `${members} of another domain, which this connection does not read, and left out, as no other connection of ` +
      `the account has them as team members: ${named}`,
    todo:
      'Of the same forest: read a global catalogue (port 3268, with TLS 3269), and have their domain in ' +
      'users.locations. Of another one, shown by a SID: have a connection of the same account that reads it provision ' +
      'them, as team members. Or take them out of this group',
  }
}

function untold(connection: string, { users, unsure }: ForeignUsers): Problem[] {
  return [...unsure].flatMap(([other, { why, members }]) => {
    const left = [...members].filter((member) => !users.has(member)).length
    if (left === 0) return []
    const who = left === 1 ? 'one member of other domains is' : `${left} members of other domains are`
    return [
      {
        code: 'FOREIGN_MEMBERS_UNKNOWN',
        subject: 'connection' as const,
        id: `${connection}.members.${other}`,
        what:
          `Connection '${other}' can't tell who ${who}: ${why.replace(/\.+$/, '')}. ` +
          'Users of other connections stay in these groups in Zendesk; a user whom it alone has is not added',
        todo: `See what \`provisioner status\` says of connection '${other}'`,
      },
    ]
  })
}
