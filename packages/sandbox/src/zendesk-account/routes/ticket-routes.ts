import type { Account } from '../account.ts'
import { invalidAttribute, notFound, tooManyValues } from '../refusal.ts'
import type { TicketRecord } from '../records.ts'
import { indexedBefore } from '../search-index.ts'
import { showTicket } from '../tickets/show-ticket.ts'
import { isUnsolved } from '../tickets/ticket-rules.ts'
import { createTicket, updateTicket, type TicketBody } from '../tickets/write-ticket.ts'
import { activeUser } from '../users/find-users.ts'
import { ticketResult } from '../jobs/item-results.ts'
import { startJob } from './job-routes.ts'
import { listPage, offsetPage, readList } from './pages.ts'
import { idOf, part, type Answer, type Call, type Route } from './route.ts'

const area = 'tickets'

/** Tickets as far as their assignment goes. Searching wants the broad scope. */
export const ticketRoutes: readonly Route[] = [
  { method: 'POST', path: '/tickets', area, run: create },
  { method: 'GET', path: '/tickets/show_many', area, run: showMany },
  { method: 'GET', path: '/tickets/:id', area, run: show },
  { method: 'PUT', path: '/tickets/update_many', area, run: updateMany },
  { method: 'PUT', path: '/tickets/:id', area, run: update },
  { method: 'GET', path: '/users/:id/tickets/assigned', area, run: listAssigned },
  { method: 'GET', path: '/search', area: 'search', run: search },
]

function create(call: Call): Answer {
  const ticket = showTicket(call.account, createTicket(call.account, part(call, 'ticket')))
  return { status: 201, body: { ticket, audit: {} }, headers: { location: String(ticket['url']) } }
}

function show(call: Call): Answer {
  return { status: 200, body: { ticket: showTicket(call.account, find(call.account, idOf(call))) } }
}

function showMany({ account, query }: Call): Answer {
  const ids = new Set(readList(query['ids'] ?? '').map(Number))
  const tickets = account.tickets
    .all()
    .filter(({ id }) => ids.has(id))
    .map((one) => showTicket(account, one))
  return { status: 200, body: { tickets, next_page: null, previous_page: null, count: tickets.length } }
}

function update(call: Call): Answer {
  const ticket = updateTicket(call.account, find(call.account, idOf(call)), part(call, 'ticket'))
  return { status: 200, body: { ticket: showTicket(call.account, ticket), audit: {} } }
}

/** One change for many ids, or a list of tickets with ids. Collisions are always looked for (official file). */
function updateMany(call: Call): Answer {
  const { account, query, body } = call
  const asked = account.ticketChanges
  const many = body['tickets'] as TicketBody[] | undefined
  if (many === undefined && query['ids'] === undefined) throw invalidAttribute('You must pass either ids or tickets')
  if (Array.isArray(many) && many.length > 100) throw tooManyValues()
  const changes = many ?? readList(query['ids']!).map((id): TicketBody => ({ ...part(call, 'ticket'), id: Number(id) }))
  const items = changes.map((change) =>
    ticketResult(Number(change['id']), () => updateTicket(account, find(account, Number(change['id'])), change, asked)),
  )
  const type = many === undefined ? 'TicketBulkUpdateJobV3' : 'TicketBatchUpdateJob'
  return startJob(call, type, 'Updating ticket', items)
}

/** With closed ones, by id unless they are asked for otherwise: by `sort` with a cursor, else by `sort_by`. */
function listAssigned(call: Call): Answer {
  const { account, query } = call
  const { id } = activeUser(account, idOf(call))
  const asked = account.settings.unknowns.sortOfAssignedTickets === 'obeyed' ? (query['sort'] ?? 'id') : 'id'
  const sort = asked.replace(/^-/, '')
  if (!['id', 'updated_at', 'status'].includes(sort)) throw invalidAttribute(`sort is not supported: ${asked}`)
  const valueOf = (ticket: TicketRecord) => (sort === 'id' ? '' : String(ticket[sort as 'updated_at' | 'status']))
  return listPage(call, {
    items: account.tickets.all().filter((one) => one.assignee_id === id),
    key: 'tickets',
    sort: asked,
    order: { valueOf, descending: asked.startsWith('-') },
    path: `users/${id}/tickets/assigned`,
    show: (one: TicketRecord) => showTicket(account, one),
  })
}

/** Of all that Zendesk's search can, `type:ticket assignee:ID status<solved`: as the index knows the tickets. */
function search(call: Call): Answer {
  const { account, query } = call
  const asked = /^type:ticket assignee:(\d+) status<solved$/.exec(query['query'] ?? '')
  if (!asked) throw invalidAttribute('This sandbox searches for somebody’s unsolved tickets, and for nothing else')
  const items = account.tickets.all().filter((ticket) => {
    const indexed = indexedBefore(ticket.indexed, Date.now(), account.settings.searchLagMs)
    return indexed?.assigneeId === Number(asked[1]) && isUnsolved(indexed as Pick<TicketRecord, 'status'>)
  })
  const show = (one: TicketRecord) => ({ ...showTicket(account, one), result_type: 'ticket' })
  return offsetPage(call, { items, key: 'results', path: 'search', show })
}

function find(account: Account, id: number): TicketRecord {
  const ticket = account.tickets.get(id)
  if (!ticket) throw notFound()
  return ticket
}
