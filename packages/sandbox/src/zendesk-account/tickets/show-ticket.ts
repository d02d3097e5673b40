import type { Account } from '../account.ts'
import type { TicketRecord } from '../records.ts'

/** A ticket as answers hold it. */
export function showTicket(account: Account, ticket: TicketRecord): Record<string, unknown> {
  const { indexed: _indexed, change: _change, ...shown } = ticket
  return { url: `${account.origin}/api/v2/tickets/${ticket.id}.json`, ...shown }
}
