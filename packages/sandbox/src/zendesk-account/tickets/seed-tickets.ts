import type { Account } from '../account.ts'
import { addTicket, touch } from './write-ticket.ts'

/** Sees to it that a user is the requester of so many tickets that are not closed. */
export function requestTickets(account: Account, userId: number, count: number): void {
  const open = account.tickets.by('requester', userId).filter(({ status }) => status !== 'closed')
  for (const ticket of open.slice(count)) {
    ticket.status = 'closed'
    touch(account, ticket)
  }
  for (let at = open.length; at < count; at++) addTicket(account, { requester_id: userId })
}
