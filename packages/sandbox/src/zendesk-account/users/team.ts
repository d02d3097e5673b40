import type { Account } from '../account.ts'
import { removeMembership, addMembership } from '../groups/memberships.ts'
import { invalid, Refusal } from '../refusal.ts'
import type { Role, UserRecord } from '../records.ts'
import { groupsOf, handOnTickets } from '../tickets/hand-on-tickets.ts'
import { canHaveTickets } from '../tickets/ticket-rules.ts'
import { takesSeat } from './find-users.ts'

/**
 * Gives a user a role, and what comes with it.
 *
 *   from     | to          | memberships                | open tickets
 *   ---------|-------------|----------------------------|--------------
 *   –        | agent       | the default group, unasked | –
 *   end-user | agent       | the default group, unasked | –
 *   agent    | end-user    | all are lost               | another's
 *   agent    | light agent | stay                       | another's
 */
export function changeRole(account: Account, user: UserRecord, role: Role, customRoleId: number | null): void {
  const was = user.role
  const before = {
    role: user.role,
    custom_role_id: user.custom_role_id,
    seat: takesSeat(account, user),
  }
  if (user.id === account.ownerId && role !== 'admin' && account.settings.unknowns.ownerChanges === 'refused')
    throw invalid('role', 'Role: the account owner must be an administrator', 'InvalidValue')
  user.role = role
  user.custom_role_id = role === 'end-user' ? null : customRoleId
  const { seats } = account.settings
  if (seats !== undefined && !before.seat && takesSeat(account, user)) {
    const others = account.users.all().filter((one) => one.id !== user.id && takesSeat(account, one)).length
    if (others >= seats) {
      user.role = before.role
      user.custom_role_id = before.custom_role_id
      throw maxAgentsExceeded(account)
    }
  }
  const groups = groupsOf(account, user)
  if (role === 'end-user' && was !== 'end-user') leaveTeam(account, user)
  if (was !== 'end-user' && !canHaveTickets(account, user)) handOnTickets(account, user, groups)
  if (role !== 'end-user') joinDefaultGroup(account, user)
}

export function joinDefaultGroup(account: Account, user: UserRecord): void {
  const group = account.defaultGroup
  if (group && account.memberships.by('user', user.id).length === 0) addMembership(account, user, group, true)
}

export function leaveTeam(account: Account, user: UserRecord): void {
  for (const membership of account.memberships.by('user', user.id)) removeMembership(account, membership)
  user.default_group_id = null
  user.ticket_restriction = null
  user.moderator = false
}

function maxAgentsExceeded(account: Account): Refusal {
  return new Refusal(account.settings.unknowns.maxAgentsStatus, {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: {
      base: [
        {
          description: 'You have exceeded the maximum number of agents for your account',
          error: 'MaxAgentExceeded',
        },
      ],
    },
  })
}
