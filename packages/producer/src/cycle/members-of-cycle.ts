import { membershipSides, unownedUser, unownedZendeskId } from '@provisioner/shared/entity.ts'
import { formatEntityMember, parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { appliedRole, isTeamRole, type MembershipRecord, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { apiUserInGroups } from './api-user-in-groups.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { findMemberships, type FoundMembership } from './find-memberships.ts'
import type { Answers } from './questions.ts'
import type { CycleScope, PlanSources } from './plan-sources.ts'
import type { GroupsPlan } from './plan-groups.ts'
import { nameMembers } from './name-members.ts'
import { planMembers, type MembersPlan } from './plan-members.ts'
import type { UsersPlan } from './plan-users.ts'
import { teamOfCycle } from './team-of-cycle.ts'
import { usersGoing } from './users-going.ts'

/** Gathers what the plan of memberships needs, and plans it. */
export async function planMembersOf(
  { connection, redis, reader, apiUser }: PlanSources,
  picture: DirectoryPicture,
  users: UsersPlan,
  groups: GroupsPlan,
  {
    memberships,
    membersOf,
    strangers,
    touched,
  }: Pick<Answers, 'memberships' | 'membersOf' | 'strangers'> & Pick<CycleScope, 'touched'>,
): Promise<MembersPlan> {
  const links = [...users.plans.values(), ...groups.plans.values()].flatMap((plan) => (plan.link ? [plan.link] : []))
  const zendeskGroups = new Map(
    groups.active.flatMap((group) => (group.zendeskId === null ? [] : [[group.zendeskId, group.id] as const])),
  )
  const found =
    memberships &&
    (await withoutDropped(
      reader,
      await findMemberships(
        { redis, account: connection.account, connection: connection.id },
        memberships,
        zendeskGroups,
        new Map(
          links.flatMap((link) =>
            link.kind === 'user' && link.zendeskId !== null ? [[link.zendeskId, link.id] as const] : [],
          ),
        ),
      ),
      touched,
    ))

  const team = await teamOfCycle(picture, users, reader)
  const leaving = await leavingMemberships(reader)
  const names = await nameIndex(reader, picture)
  // Of who was not looked at nothing is known: it is as with what was written since.
  const isLookedAt = (id: string) => membersOf === undefined || membersOf.has(membershipSides(id).userId)
  const isTouched = (id: string) => !isLookedAt(id) || touched.has(formatEntityMember({ kind: 'membership', id }))
  const members = await planMembers({
    picture,
    users,
    groups,
    reader,
    leaving,
    ...team,
    unknowable: await unknowableUsers(reader),
    found,
    isTouched,
    isOfOthers: await ofOthers({ redis, reader }, groups, picture, found ?? []),
    nameOf: names,
  })
  const going = await usersGoing(
    reader,
    members.changes.flatMap(({ id, operation }) => (operation === 'remove member' ? [membershipSides(id).userId] : [])),
    touched,
  )
  const stays = await staysByAnotherName({ redis, reader }, members.changes, picture)
  const changes = members.changes.filter(
    ({ id, operation }) => operation !== 'remove member' || !(going.has(membershipSides(id).userId) || stays(id)),
  )
  const problems = [...members.problems, ...(await apiUserInGroups({ apiUser, redis, connection }, picture, groups))]
  return nameMembers({ ...members, changes, problems }, { reader, redis, names: strangers })
}

/**
 * Tells removals of members who are to be in the group all the same, since this connection and another one have had the
 * user one after the other: in Zendesk it is one membership. The next audit finds it under the other name.
 */
async function staysByAnotherName(
  { redis, reader }: Pick<PlanSources, 'redis' | 'reader'>,
  changes: MembersPlan['changes'],
  { members }: DirectoryPicture,
): Promise<(membershipId: string) => boolean> {
  const removed = changes.flatMap(({ id, operation }) => (operation === 'remove member' ? [id] : []))
  const userIds = removed.map((id) => membershipSides(id).userId)
  const zendeskIds = userIds.map((id) => unownedZendeskId(id) ?? 0)
  const owners = await readOwners(redis, { account: reader.account, kind: 'user' }, zendeskIds)
  const records = await reader.records<UserRecord>('user', userIds)
  const others = new Map(
    removed.map((id, i) => {
      const zendeskId = records[i]?.zendeskId
      const asForeign = zendeskId == null ? undefined : unownedUser(zendeskId)
      return [id, idWithin(reader.connection, owners[i] ?? null) ?? asForeign] as const
    }),
  )
  return (id) => members.get(membershipSides(id).groupId)?.has(others.get(id) ?? '') === true
}

/** Tells which members of groups that are unsure (`ForeignMembers`) are another connection's. */
async function ofOthers(
  { redis, reader }: Pick<PlanSources, 'redis' | 'reader'>,
  { active }: GroupsPlan,
  { foreign }: DirectoryPicture,
  found: readonly FoundMembership[],
): Promise<(userId: string) => boolean> {
  const unsure = active.filter(({ id }) => foreign.unsure.has(id))
  const known = await Promise.all(unsure.map(({ id }) => reader.membersOf(id)))
  const ids = new Set([...known.flat(), ...(unsure.length > 0 ? found.map(({ userId }) => userId) : [])])
  const zendeskIds = [...ids].flatMap((id) => unownedZendeskId(id) ?? [])
  const owners = await readOwners(redis, { account: reader.account, kind: 'user' }, zendeskIds)
  const owned = new Set(zendeskIds.filter((_id, i) => owners[i] !== null).map(unownedUser))
  return (userId) => owned.has(userId) && !foreign.remembered.has(userId)
}

async function unknowableUsers(reader: LedgerReader): Promise<Set<string>> {
  const members = [...(await reader.unknowable())].map(parseEntityMember)
  return new Set(members.flatMap(({ kind, id }) => (kind === 'user' ? [id] : [])))
}

/**
 * Less the memberships of users who were deleted or lowered since they were listed, and who are in no group any more.
 */
async function withoutDropped(
  reader: LedgerReader,
  found: readonly FoundMembership[],
  touched: ReadonlySet<string>,
): Promise<FoundMembership[]> {
  const ids = [...new Set(found.map(({ userId }) => userId))].filter((id) =>
    touched.has(formatEntityMember({ kind: 'user', id })),
  )
  const records = await reader.records<UserRecord>('user', ids)
  const dropped = new Set(ids.filter((_id, i) => !isTeamRole(records[i] && appliedRole(records[i]))))
  return found.filter(({ userId }) => !dropped.has(userId))
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
  return (id) => picture.candidates.get(id)?.email ?? labels.get(id) ?? picture.foreign.labels.get(id) ?? id
}
