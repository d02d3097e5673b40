import type { Account } from '../account.ts'
import type { TicketRecord } from '../records.ts'
import { isUnsolved } from '../tickets/ticket-rules.ts'
import { html, type Html } from './html.ts'
import { pill, section } from './section.ts'

const SHOWN = 100

/** The tickets that somebody has still to do something about, and who that is. */
export function ticketsSection(account: Account): Html {
  const open = account.tickets.all().filter(isUnsolved)
  return section({
    id: 'tickets',
    title: 'Tickets',
    note: `${open.length} open of ${account.tickets.size}`,
    columns: ['Subject', 'Status', 'Group', 'Assignee', 'Requester', 'Tags', 'Id'],
    rows: open.slice(-SHOWN).map((ticket) => ticketRow(account, ticket)),
    empty: 'No ticket is open.',
  })
}

function ticketRow(account: Account, ticket: TicketRecord): Html {
  const assignee = ticket.assignee_id === null ? undefined : account.users.get(ticket.assignee_id)
  const group = ticket.group_id === null ? undefined : account.groups.get(ticket.group_id)
  return html`<tr>
    <td class="wide">${ticket.subject}</td>
    <td>${pill(ticket.status)}</td>
    <td>${group?.name ?? html`<span class="soft">–</span>`}</td>
    <td>
      ${assignee ? pill(assignee.name, assignee.suspended ? 'warn' : 'plain') : html`<span class="soft">–</span>`}
    </td>
    <td>${account.users.get(ticket.requester_id)?.name}</td>
    <td>${ticket.tags.map((tag) => pill(tag, 'plain'))}</td>
    <td class="num">${ticket.id}</td>
  </tr>`
}
