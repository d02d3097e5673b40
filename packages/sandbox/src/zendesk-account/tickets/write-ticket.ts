import type { Account } from '../account.ts'
import { activeGroup } from '../groups/find-groups.ts'
import type { TicketRecord, TicketStatus } from '../records.ts'
import { invalid } from '../refusal.ts'
import { remember } from '../search-index.ts'
import { activeUser } from '../users/find-users.ts'
import { conflict, isMember, readAssignee, refuseClosed } from './ticket-rules.ts'

export type TicketBody = Readonly<Record<string, unknown>>

const STATUSES: readonly TicketStatus[] = ['new', 'open', 'pending', 'hold', 'solved', 'closed']

/** A ticket without the rules: what a sandbox begins with may be closed, or an agent's who has left. */
export function addTicket(account: Account, body: TicketBody): TicketRecord {
  const now = account.timestamp()
  const ticket: TicketRecord = {
    id: account.nextTicketId(),
    subject: String(body['subject'] ?? 'Help'),
    status: STATUSES.find((one) => one === body['status']) ?? 'new',
    requester_id: Number(body['requester_id'] ?? account.apiUserId),
    assignee_id: idOrNull(body['assignee_id']),
    group_id: idOrNull(body['group_id']),
    brand_id: idOrNull(body['brand_id']),
    tags: readTags(body['tags']),
    created_at: now,
    updated_at: now,
    change: 0,
    indexed: [],
  }
  touch(account, account.tickets.add(ticket))
  return ticket
}

/** Who asks for it is the requester unless the body names one. Nothing is written when anything is refused. */
export function createTicket(account: Account, body: TicketBody): TicketRecord {
  if (body['requester_id'] !== undefined) activeUser(account, Number(body['requester_id']))
  const blank = addTicket(account, { ...body, status: 'new', assignee_id: null, group_id: null })
  try {
    return updateTicket(account, blank, body)
  } catch (refusal) {
    account.tickets.remove(blank)
    throw refusal
  }
}

/**
 * Changes a ticket by Zendesk's own rules (article 4408894213018): a new ticket that somebody gets is open, and never
 * new again; one that is solved has an assignee. The group stays when the assignee goes. Nothing is written when
 * anything is refused.
 *
 * @param since leaves a ticket alone that was changed after this one of all changes
 */
export function updateTicket(account: Account, ticket: TicketRecord, body: TicketBody, since?: number): TicketRecord {
  refuseClosed(ticket)
  if (since !== undefined && ticket.change > since) throw conflict()
  const { group_id, assignee_id } = assignment(account, ticket, body)
  const asked = body['status'] === undefined ? ticket.status : STATUSES.find((one) => one === body['status'])
  if (!asked || (asked === 'new' && ticket.status !== 'new'))
    throw invalid('status', 'Status: is invalid', 'InvalidValue')
  const status = asked === 'new' && assignee_id !== null ? 'open' : asked
  if ((status === 'solved' || status === 'closed') && assignee_id === null)
    throw invalid('base', 'Assignee: is required when solving a ticket')
  const tags = new Set(body['tags'] === undefined ? ticket.tags : readTags(body['tags']))
  for (const tag of readTags(body['additional_tags'])) tags.add(tag)
  for (const tag of readTags(body['remove_tags'])) tags.delete(tag)
  const subject = body['subject'] === undefined ? ticket.subject : String(body['subject'])
  Object.assign(ticket, { group_id, assignee_id, status, subject, tags: [...tags] })
  touch(account, ticket)
  return ticket
}

/** Who has the ticket after the request: whoever is outside its group has it no more. */
function assignment(
  account: Account,
  ticket: TicketRecord,
  body: TicketBody,
): Pick<TicketRecord, 'group_id' | 'assignee_id'> {
  const hasGroup = body['group_id'] !== undefined
  const group_id = hasGroup ? idOrNull(body['group_id']) : ticket.group_id
  if (hasGroup && group_id !== null) activeGroup(account, group_id)
  if (body['assignee_id'] === undefined) {
    const stays = !hasGroup || (ticket.assignee_id !== null && isMember(account, ticket.assignee_id, group_id))
    return { group_id, assignee_id: stays ? ticket.assignee_id : null }
  }
  const assignee_id = idOrNull(body['assignee_id'])
  if (assignee_id === null) return { group_id, assignee_id }
  const assignee = readAssignee(account, assignee_id)
  if (group_id !== null && isMember(account, assignee_id, group_id)) return { group_id, assignee_id }
  if (hasGroup || account.settings.unknowns.assigneeOfAnotherGroup === 'refused')
    throw invalid('assignee', 'Assignee: is not a member of the group')
  return { group_id: assignee.default_group_id, assignee_id }
}

/** Tells the search index; searches find it later. */
export function touch(account: Account, ticket: TicketRecord): void {
  const at = Date.now()
  ticket.change = ++account.ticketChanges
  ticket.updated_at = account.timestamp(at)
  const { assignee_id: assigneeId, status } = ticket
  remember(ticket.indexed, { at, assigneeId, status }, account.settings.searchLagMs)
}

function idOrNull(value: unknown): number | null {
  return value === undefined || value === null || value === '' ? null : Number(value)
}

function readTags(value: unknown): string[] {
  return (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).flatMap((tag) =>
    String(tag)
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  )
}
