import type { Account } from '../account.ts'
import { noteChange } from '../changes/user-changes.ts'
import { activeGroup } from './find-groups.ts'
import { invalid, notFound, Refusal } from '../refusal.ts'
import type { GroupRecord, MembershipRecord, UserRecord } from '../records.ts'
import { handOnGroupTickets } from '../tickets/hand-on-tickets.ts'
import { isTeamMember } from '../users/find-users.ts'

/** Without the rules. A user's first membership is the default one whatever was asked. */
export function addMembership(
  account: Account,
  user: UserRecord,
  group: GroupRecord,
  asDefault: boolean,
  id?: number,
): MembershipRecord {
  const now = account.timestamp()
  const first = account.memberships.by('user', user.id).length === 0
  const membership = account.memberships.add({
    id: id ?? account.nextId(),
    user_id: user.id,
    group_id: group.id,
    default: false,
    created_at: now,
    updated_at: now,
  })
  if (first || asDefault) makeDefault(account, user, membership)
  noteChange(account, { user, what: 'group_membership_created', groupId: group.id })
  return membership
}

/** Without the rules: another membership of the user becomes the default one. */
export function removeMembership(account: Account, membership: MembershipRecord): void {
  account.memberships.remove(membership)
  const user = account.users.get(membership.user_id)
  const { nextDefaultGroup } = account.settings.unknowns
  const heir = account.memberships.by('user', membership.user_id).at(nextDefaultGroup === 'the oldest' ? 0 : -1)
  if (user && membership.default && heir) makeDefault(account, user, heir)
  if (user && !heir) user.default_group_id = null
  if (user) noteChange(account, { user, what: 'group_membership_deleted', groupId: membership.group_id })
}

export function makeDefault(account: Account, user: UserRecord, membership: MembershipRecord): void {
  for (const other of account.memberships.by('user', user.id)) other.default = other.id === membership.id
  user.default_group_id = membership.group_id
}

/** By the account's rules: only team members, and none twice. */
export function joinGroup(
  account: Account,
  body: { readonly user_id?: unknown; readonly group_id?: unknown; readonly default?: unknown },
): MembershipRecord {
  const { unknowns } = account.settings
  const group = activeGroup(account, Number(body.group_id))
  const user = account.users.get(Number(body.user_id))
  if (!user?.active) throw notFound()
  if (!isTeamMember(user)) {
    const refusal = invalid('user', 'User must be an agent', 'InvalidValue')
    throw new Refusal(unknowns.endUserMembership, refusal.body)
  }
  const existing = account.memberships.by('user', user.id).find((one) => one.group_id === group.id)
  if (existing && unknowns.duplicateMembership === 'answers the existing one') return existing
  if (existing) {
    const refusal = invalid('user_id', 'User has already been taken', 'DuplicateValue')
    throw new Refusal(unknowns.duplicateMembership as number, refusal.body)
  }
  return addMembership(account, user, group, body.default === true)
}

export function leaveGroup(account: Account, membershipId: number): MembershipRecord {
  const membership = account.memberships.get(membershipId)
  if (!membership) throw notFound()
  const user = account.users.get(membership.user_id)
  const last = account.memberships.by('user', membership.user_id).length === 1
  const { lastMembership } = account.settings.unknowns
  if (last && lastMembership === 'refused')
    throw invalid('base', 'Agent must belong to at least one group', 'LastGroupMembership')
  removeMembership(account, membership)
  handOnGroupTickets(account, membership.user_id, membership.group_id)
  const home = account.defaultGroup
  if (last && user && home && lastMembership === 'replaced by the default group')
    addMembership(account, user, home, true)
  return membership
}

export function showMembership(account: Account, membership: MembershipRecord): object {
  const { id, user_id, group_id, created_at, updated_at } = membership
  const url = `${account.origin}/api/v2/group_memberships/${id}.json`
  return { url, id, user_id, group_id, default: membership.default, created_at, updated_at }
}
