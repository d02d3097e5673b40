import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import type { WantedGroup } from '../plan/plan-group.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { auditGroups, NO_GROUP_AUDIT, type GroupAudit } from './audit-groups.ts'
import { auditUsers, NO_AUDIT, type UserAudit } from './audit-users.ts'
import { listMemberships, type ListedMembership } from './find-memberships.ts'
import { findUsers } from './find-users.ts'
import type { PlanSources } from './plan-cycle.ts'

/** What a plan has to ask of Zendesk before it is whole. */
export interface Questions {
  /** Entries to be looked for among Zendesk's users, by fingerprint. */
  readonly users: ReadonlyMap<string, WantedUser>
  /** Groups to be looked for by name, by directory id. */
  readonly groups: ReadonlyMap<string, WantedGroup>
  /** Whose credentials we use. */
  readonly apiUser: boolean
  /** Look at every linked user, at every linked group, at the memberships in them. */
  readonly audit: { readonly users: boolean; readonly groups: boolean; readonly memberships: boolean }
}

/** What Zendesk said. A question that was not asked has no answer. */
export interface Answers {
  readonly users: { readonly asked: Questions['users']; readonly found: ReadonlyMap<string, FoundUser> }
  readonly groups: { readonly asked: Questions['groups']; readonly all: readonly Group[] }
  /** Whether the audits that were due have been made. */
  readonly isAudited: boolean
  readonly userAudit: UserAudit
  readonly groupAudit: GroupAudit
  /** The memberships in all groups that are linked or may be adopted. */
  readonly memberships: readonly ListedMembership[] | undefined
}

/** What is known before Zendesk is looked at. */
export const NO_ANSWERS: Answers = {
  users: { asked: new Map(), found: new Map() },
  groups: { asked: new Map(), all: [] },
  isAudited: false,
  userAudit: NO_AUDIT,
  groupAudit: NO_GROUP_AUDIT,
  memberships: undefined,
}

/** Whether there is anything to ask. */
export function asksAnything({ users, groups, apiUser, audit }: Questions): boolean {
  return users.size > 0 || groups.size > 0 || apiUser || Object.values(audit).some(Boolean)
}

/** Asks Zendesk, and adds what it says to what it said before. What leavers wait for comes first. @throws Zendesk's errors */
export async function lookAtZendesk(
  { connection, zendesk, redis, reader, apiUser }: PlanSources,
  { users, groups, audit }: Questions,
  before: Answers,
  signal: AbortSignal,
): Promise<Answers> {
  await apiUser.ask(signal)
  const found = await findUsers(zendesk, [...users.values()], connection.users.match, signal)

  let listed: Promise<Group[]> | undefined
  const list = () => (listed ??= zendesk.groups.list({ signal }))
  const all = groups.size > 0 ? await list() : before.groups.all
  const groupAudit = audit.groups ? await auditGroups(zendesk, list, reader, signal) : before.groupAudit
  const adoptable = namesakes(groups, all)
  const memberships =
    audit.memberships || adoptable.length > 0
      ? await listMemberships(
          { zendesk, redis, account: connection.account, connection: connection.id },
          new Set([...adoptable, ...(await linkedGroups(reader))]),
          signal,
        )
      : before.memberships
  const userAudit = audit.users ? await auditUsers(zendesk, reader, signal) : before.userAudit
  return {
    users: { asked: new Map([...before.users.asked, ...users]), found: new Map([...before.users.found, ...found]) },
    groups: { asked: new Map([...before.groups.asked, ...groups]), all },
    isAudited: true,
    userAudit,
    groupAudit,
    memberships,
  }
}

/** Zendesk ids of groups with a name that is looked for. */
function namesakes(wanted: Questions['groups'], all: readonly Group[]): number[] {
  const names = new Set([...wanted.values()].map(({ name }) => name.toLowerCase()))
  return all.filter(({ name }) => names.has(name.toLowerCase())).map(({ id }) => id)
}

async function linkedGroups(reader: LedgerReader): Promise<number[]> {
  const linked: number[] = []
  for await (const ids of reader.ids('group'))
    for (const record of await reader.records<GroupRecord>('group', ids))
      if (record?.zendeskId != null) linked.push(record.zendeskId)
  return linked
}
