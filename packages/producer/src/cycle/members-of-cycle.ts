import type { DesiredUser } from '@provisioner/shared/desired.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { findMemberships } from './find-memberships.ts'
import type { PlanSources } from './plan-cycle.ts'
import type { GroupsPlan } from './plan-groups.ts'
import { nameMembers } from './name-members.ts'
import { planMembers, type MembersPlan } from './plan-members.ts'
import { keptTeamMembers, type UsersPlan } from './plan-users.ts'

/** Reads what the plan of memberships needs, from Zendesk when an audit is due or a group is new to us, and plans it. */
export async function planMembersOf(
  { connection, zendesk, redis, reader }: PlanSources,
  picture: DirectoryPicture,
  users: UsersPlan,
  groups: GroupsPlan,
  auditDue: boolean,
  signal: AbortSignal,
): Promise<{ members: MembersPlan; audited: boolean }> {
  const links = [...users.plans.values(), ...groups.plans.values()].flatMap((plan) => (plan.link ? [plan.link] : []))
  const zendeskGroups = new Map(
    groups.active.flatMap((group) => (group.zendeskId === null ? [] : [[group.zendeskId, group.id] as const])),
  )
  const adopting = links.some((link) => link.kind === 'group')
  const found =
    zendeskGroups.size > 0 && (auditDue || adopting)
      ? await findMemberships(
          { zendesk, redis, account: connection.account, connection: connection.id },
          zendeskGroups,
          new Map(
            links.flatMap((link) =>
              link.kind === 'user' && link.zendeskId !== null ? [[link.zendeskId, link.id] as const] : [],
            ),
          ),
          signal,
        )
      : undefined

  const doubtful = new Set(
    [...picture.members.values()].flatMap((ids) => [...ids]).filter((id) => !picture.team.has(id)),
  )
  const kept = await keptTeamMembers(reader, [...doubtful])
  const team = new Set([...picture.team, ...kept, ...users.keptTeam])
  // Zendesk drops the memberships of who is lowered or deleted, and while the guard holds that, they stay.
  const dropped = new Set(users.gone)
  for (const [id, plan] of users.plans) {
    const role = (plan.change?.desired as Partial<DesiredUser> | undefined)?.attributes?.['role']
    if (role !== undefined && !isTeamRole(role)) {
      team.delete(id)
      if (isTeamRole(users.heldOf(id).applied['role'])) dropped.add(id)
    }
    if (plan.change?.operation === 'delete user') dropped.add(id)
  }
  const leaving = await leavingMemberships(reader)
  const names = await nameIndex(reader, picture)
  const planned = await planMembers({ picture, users, groups, reader, leaving, team, dropped, found, nameOf: names })
  const members = await nameMembers(planned, { zendesk, reader }, signal)
  return { members, audited: found !== undefined }
}

/** Memberships whose removal is released and not applied. */
async function leavingMemberships(reader: LedgerReader): Promise<Set<string>> {
  const ids = (await reader.pending())
    .map(parseEntityMember)
    .flatMap(({ kind, id }) => (kind === 'membership' ? [id] : []))
  const records = await reader.records<MembershipRecord>('membership', ids)
  return new Set(records.flatMap((record) => (record?.desired?.presence === 'deleted' ? [record.id] : [])))
}

async function nameIndex(reader: LedgerReader, picture: DirectoryPicture): Promise<(id: string) => string> {
  const ids = [...new Set([...picture.members.values()].flatMap((members) => [...members]))].filter(
    (id) => !picture.candidates.has(id),
  )
  const records = await reader.records('user', ids)
  const labels = new Map(records.flatMap((record) => (record ? [[record.id, record.label] as const] : [])))
  return (id) => picture.candidates.get(id)?.email ?? labels.get(id) ?? id
}
