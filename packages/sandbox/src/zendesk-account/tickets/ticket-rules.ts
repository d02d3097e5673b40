import type { Account } from '../account.ts'
import type { TicketRecord, UserRecord } from '../records.ts'
import { invalid, Refusal } from '../refusal.ts'
import { isTeamMember, roleType } from '../users/find-users.ts'

/** Light agents and contributors answer no customer: tickets are not theirs to have (article 5608653638170). */
const WITHOUT_TICKETS: readonly (number | null)[] = [1, 3]

/** Whether tickets of their groups can be a user's; whether a suspended one's, nobody says. */
export function canHaveTickets(account: Account, user: UserRecord): boolean {
  return isTeamMember(user) && !WITHOUT_TICKETS.includes(roleType(account, user))
}

/** Whether somebody has still to do something about the ticket. */
export function isUnsolved({ status }: Pick<TicketRecord, 'status'>): boolean {
  return status !== 'solved' && status !== 'closed'
}

export function isMember(account: Account, userId: number, groupId: number | null): boolean {
  return account.memberships.by('user', userId).some((one) => one.group_id === groupId)
}

/**
 * The assignee that a request asks for. Both refusals were met together (facetoe/zenpy#628).
 *
 * @throws Refusal when tickets can't be that user's
 */
export function readAssignee(account: Account, id: number): UserRecord {
  const user = account.users.get(id)
  const { suspendedAssignee } = account.settings.unknowns
  if (!user || !canHaveTickets(account, user) || (user.suspended && suspendedAssignee === 'refused'))
    throw invalid('assignee', 'Assignee: is invalid', 'InvalidValue')
  return user
}

/** @throws Refusal when nothing of the ticket can be changed any more; the words are those of several clients' tests */
export function refuseClosed(ticket: TicketRecord): void {
  if (ticket.status === 'closed') throw invalid('status', 'Status: closed prevents ticket update')
}

/** What a bulk update, or a safe one, says of a ticket that was changed since; it always asks (official file). */
export function conflict(): Refusal {
  const description =
    'Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.'
  return new Refusal(409, { error: 'UpdateConflict', description })
}
