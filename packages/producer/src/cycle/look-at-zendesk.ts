import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import { namesOf, type WantedGroup } from '../plan/plan-group.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import { auditGroups } from './audit-groups.ts'
import { auditUsers } from './audit-users.ts'
import { listMemberships } from './find-memberships.ts'
import { findUsers } from './find-users.ts'
import { findProtected, findProtectedTeam } from './find-protected.ts'
import { mergedUsers } from './gone-users.ts'
import { findAdmins } from './last-admin.ts'
import { nameStrangers } from './name-members.ts'
import type { PlanSources } from './plan-sources.ts'
import type { Answers, Questions } from './questions.ts'
import { membersOfEach } from './judge-defaults.ts'
import { judgeTakeovers, type Hit } from './takeovers.ts'
import { findUnmanaged, makesTeam } from './find-unmanaged.ts'
import { whoChanged } from './who-changed.ts'
import { unlessWithheld, type WithheldList } from './withheld-lists.ts'

/** Ids per `show_many`. */
const PAGE = 100

/**
 * Asks Zendesk, and adds what it says to what it said before. What leavers wait for comes first.
 * @throws Zendesk's errors
 */
export async function lookAtZendesk(
  sources: PlanSources,
  { users, gone, groups, admins, roles, protectedUsers, defaultGroups, audit, lookAt }: Questions,
  before: Answers,
  signal: AbortSignal,
): Promise<Answers> {
  const { connection, zendesk, redis, reader, apiUser, protection } = sources
  await apiUser.ask(signal)
  const shielded = await findProtected(zendesk, protectedUsers, signal)
  const found = await findUsers(zendesk, [...users.values()], connection.users.match, signal)
  const merged = await mergedUsers(
    zendesk,
    [...users.values()].filter(({ id }) => gone.has(id) && !found.has(id)),
    signal,
  )

  const withheld = new Map<WithheldList, string>(before.withheld)
  const unless = async <T>(list: WithheldList, read: () => Promise<T>): Promise<T | undefined> => {
    const answer = await unlessWithheld(read)
    if ('value' in answer) return answer.value
    withheld.set(list, answer.withheld)
    return undefined
  }
  let listed: Promise<Group[] | undefined> | undefined
  const list = () => (listed ??= unless('groups', () => zendesk.groups.list({ signal })))
  const takeovers = await judgeTakeovers(
    hitsOf(users, found),
    {
      zendesk,
      protection,
      known: new Map([...(await protection.all()), ...before.protectedUsers, ...shielded]),
      followed: shielded,
      apiUserId: (await apiUser.known()) ?? null,
      listGroups: list,
      held: await reader.held(),
    },
    signal,
  )
  const all = groups.size > 0 ? await list() : undefined
  const askedGroups = all ? groups : new Map<string, WantedGroup>()
  const groupAudit = audit.groups ? await auditGroups(zendesk, list, reader, signal) : before.groupAudit
  const adoptable = namesakes(askedGroups, all ?? [])
  const whose = { zendesk, redis, account: connection.account, connection: connection.id }
  const listsAll = audit.memberships || adoptable.length > 0
  const members = listsAll || lookAt.members.size === 0 ? undefined : lookAt.members
  const memberships =
    listsAll || members
      ? await unless('memberships', async () =>
          listMemberships(whose, new Set([...adoptable, ...(await linkedGroups(reader))]), signal, members?.keys()),
        )
      : before.memberships
  const looksAtUsers = audit.users || lookAt.users.size > 0
  const audited = audit.users ? reader.ids('user') : [[...lookAt.users]]
  const userAudit = looksAtUsers ? await auditUsers(zendesk, reader, audited, signal) : before.userAudit
  const changed = new Map([...userAudit.differing, ...userAudit.drifted]).values()
  const changedBy = looksAtUsers ? await whoChanged(zendesk, changed, await apiUser.known(), signal) : before.changedBy
  const shieldedTeam = looksAtUsers
    ? await findProtectedTeam(userAudit.team, { zendesk, protection }, signal)
    : new Map()
  const unmanaged = audit.users
    ? await findUnmanaged(sources, {
        team: makesTeam(connection.users) ? await unless('team', () => zendesk.users.team({ signal })) : undefined,
        groups: connection.groups && (await list()),
      })
    : before.unmanaged
  return {
    users: {
      asked: new Map([...before.users.asked, ...users]),
      found: new Map([...before.users.found, ...found]),
      takeovers: new Map([...before.users.takeovers, ...takeovers]),
      merged: new Set([...before.users.merged, ...merged]),
    },
    admins: admins ? await unless('admins', () => findAdmins(whose, signal)) : before.admins,
    groups: { asked: new Map([...before.groups.asked, ...askedGroups]), all: all ?? before.groups.all },
    isAsked: true,
    roles: new Map([...before.roles, ...(await rolesOf(zendesk, [...roles], signal))]),
    protectedUsers: new Map([...before.protectedUsers, ...shielded, ...shieldedTeam]),
    lookedUp: [...before.lookedUp, ...protectedUsers],
    userAudit,
    changedBy,
    groupAudit,
    unmanaged,
    memberships,
    membersOf: members && memberships ? new Set(members.values()) : listsAll ? undefined : before.membersOf,
    defaultGroups: new Map([
      ...before.defaultGroups,
      ...((await unless('memberships', () => membersOfEach(zendesk, defaultGroups, signal))) ?? []),
    ]),
    withheld,
    strangers: new Map([...before.strangers, ...(await nameStrangers(sources, memberships ?? [], before, signal))]),
  }
}

function hitsOf(asked: Questions['users'], found: ReadonlyMap<string, FoundUser>): Map<string, Hit> {
  return new Map(
    [...asked.values()].flatMap((wanted) => {
      const hit = found.get(wanted.id)
      return hit ? [[wanted.id, { wanted, found: hit }] as const] : []
    }),
  )
}

/** Roles by Zendesk id; of a user who is gone there is none. */
async function rolesOf(
  zendesk: PlanSources['zendesk'],
  ids: readonly number[],
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const roles = new Map<number, string>()
  for (let at = 0; at < ids.length; at += PAGE)
    for (const { id, role } of await zendesk.users.showMany({ ids: ids.slice(at, at + PAGE) }, { signal }))
      roles.set(id, role ?? 'end-user')
  for (const id of ids) if (!roles.has(id)) roles.set(id, 'end-user')
  return roles
}

/** Zendesk ids of groups with a name that is looked for. */
function namesakes(wanted: Questions['groups'], all: readonly Group[]): number[] {
  const names = new Set([...wanted.values()].flatMap((group) => namesOf(group).map((name) => name.toLowerCase())))
  return all.filter(({ name }) => names.has(name.toLowerCase())).map(({ id }) => id)
}

async function linkedGroups(reader: LedgerReader): Promise<number[]> {
  const linked: number[] = []
  for await (const ids of reader.ids('group'))
    for (const record of await reader.records<GroupRecord>('group', ids))
      if (record?.zendeskId != null) linked.push(record.zendeskId)
  return linked
}
