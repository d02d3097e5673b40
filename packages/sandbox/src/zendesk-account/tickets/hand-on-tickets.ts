import type { Account } from '../account.ts'
import type { TicketRecord, UserRecord } from '../records.ts'
import { canHaveTickets, isMember, isUnsolved } from './ticket-rules.ts'
import { touch } from './write-ticket.ts'

/** How much later than a removal its tickets follow, ms at clock 1: a job unassigns them (official file). */
const LATER_MS = 2_000

export function groupsOf(account: Account, user: UserRecord): number[] {
  return account.memberships.by('user', user.id).map(({ group_id }) => group_id)
}

/**
 * What Zendesk does with the tickets of somebody who can have none any more, in these groups: closed ones stay, the
 * others keep their group, and get another assignee or none.
 */
export function handOnTickets(account: Account, user: UserRecord, groupIds: readonly number[]): void {
  const { ticketsOfFormerAgent } = account.settings.unknowns
  for (const ticket of ticketsOf(account, user.id))
    if (ticket.group_id === null || groupIds.includes(ticket.group_id) || !canHaveTickets(account, user))
      give(account, ticket, user.id, ticketsOfFormerAgent)
}

/** The same for one group that a team member has left, a moment later. */
export function handOnGroupTickets(account: Account, userId: number, groupId: number): void {
  const at = Date.now() + LATER_MS / account.settings.clock
  account.later.push({
    at,
    run: () => {
      if (isMember(account, userId, groupId)) return
      for (const ticket of ticketsOf(account, userId))
        if (ticket.group_id === groupId) give(account, ticket, userId, account.settings.unknowns.ticketsOfGroupLeaver)
    },
  })
}

/** Tickets of a group that is deleted have none any more, and nobody; that is a guess, and the worst. */
export function orphanTickets(account: Account, groupId: number): void {
  for (const ticket of account.tickets.all())
    if (ticket.group_id === groupId && isUnsolved(ticket)) {
      Object.assign(ticket, { group_id: null, assignee_id: null })
      touch(account, ticket)
    }
}

function ticketsOf(account: Account, userId: number): TicketRecord[] {
  return account.tickets.all().filter((one) => one.assignee_id === userId && one.status !== 'closed')
}

/**
 *   the ticket | whoever removes is in the group | else there is another agent in it | else
 *   -----------|---------------------------------|-----------------------------------|------------------
 *   open       | that one, or nobody             | the one with the lowest id        | the account's owner
 *   solved     | that one                        | the one with the lowest id        | the account's owner
 *
 * By articles 4408888690842 and 5608653638170; solved ones must have an assignee (4408894213018).
 */
function give(account: Account, ticket: TicketRecord, from: number, how: 'reassigned' | 'unassigned'): void {
  const members = account.memberships
    .by('group', ticket.group_id ?? 0)
    .map(({ user_id }) => account.users.get(user_id)!)
    .filter((user) => user.id !== from && canHaveTickets(account, user) && !user.suspended)
  const heirs = members.map(({ id }) => id).sort((one, other) => one - other)
  const heir = heirs.find((id) => id === account.apiUserId) ?? heirs[0] ?? account.ownerId
  ticket.assignee_id = how === 'unassigned' && isUnsolved(ticket) ? null : heir
  touch(account, ticket)
}
