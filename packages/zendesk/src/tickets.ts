import { z } from 'zod'
import { Id } from './id.ts'
import { JobStatusAnswer, type JobStatus } from './job-statuses.ts'
import { PAGE_SIZE } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

const MaybeId = Id.nullish()

/** A ticket, as far as its assignment goes. */
export const Ticket = z.looseObject({
  id: Id,
  status: z.string(),
  assignee_id: MaybeId,
  group_id: MaybeId,
})
export type Ticket = z.infer<typeof Ticket>

/** One change for several tickets. Tags are added to those that a ticket has. */
export interface TicketChange {
  /** Null takes the assignee away; the ticket stays in its group. */
  readonly assignee_id: number | null
  readonly additional_tags?: readonly string[]
}

/** Somebody's open tickets: those about which something is still to be done, solved and closed ones apart. */
export interface OpenTickets {
  readonly tickets: readonly Ticket[]
  /** How many more there are, which Zendesk does not list. */
  readonly unlisted: number
}

/** Whether something is still to be done about a ticket: by its status, or the category of an account's own status. */
export function isOpen({ status }: Pick<Ticket, 'status'>): boolean {
  return OPEN.includes(status)
}

const OPEN: readonly string[] = ['new', 'open', 'pending', 'hold']
/** A search ends with its thousandth result (official documentation of the search API). */
const MOST_FOUND = 1_000
const TICKETS = '/api/v2/tickets'
const Meta = z.object({ has_more: z.boolean() })
const Assigned = z.object({ tickets: z.array(Ticket), meta: Meta })
const Tickets = z.object({ tickets: z.array(Ticket) })
const Results = z.object({ results: z.array(Ticket), next_page: z.string().nullish(), count: z.number() })

export type TicketsApi = ReturnType<typeof ticketsApi>

export function ticketsApi(transport: Sender) {
  const showMany = async (ids: readonly number[], options?: CallOptions): Promise<Ticket[]> => {
    const query = { ids: ids.join(',') }
    return (await transport.send({ method: 'GET', path: `${TICKETS}/show_many`, query, answer: Tickets }, options))
      .tickets
  }
  /** As the search index knows them, which lags by seconds to minutes. */
  const search = async (userId: number, options?: CallOptions): Promise<{ ids: number[]; unlisted: number }> => {
    const ids: number[] = []
    for (let page = 1; ; page++) {
      const query = {
        query: `type:ticket assignee:${userId} status<solved`,
        per_page: String(PAGE_SIZE),
        page: String(page),
      }
      const found = await transport.send({ method: 'GET', path: '/api/v2/search', query, answer: Results }, options)
      ids.push(...found.results.map(({ id }) => id))
      const isLast = !found.next_page || ids.length >= MOST_FOUND
      if (isLast) return { ids, unlisted: Math.max(0, found.count - ids.length) }
    }
  }
  return {
    /**
     * Whoever has had 100 tickets at most is told of by one request. Those of an agent of many years are mostly closed,
     * and never leave the list: the search finds the open ones then, and the list those that were changed last, which
     * the search does not know as yet. What only the search says is looked at.
     */
    async openOf(userId: number, options?: CallOptions): Promise<OpenTickets> {
      const path = `/api/v2/users/${userId}/tickets/assigned`
      const query = { 'page[size]': String(PAGE_SIZE), sort: '-updated_at' }
      const latest = await transport.send({ method: 'GET', path, query, answer: Assigned }, options)
      const listed = latest.tickets.filter(isOpen)
      if (!latest.meta.has_more) return { tickets: listed, unlisted: 0 }
      const { ids, unlisted } = await search(userId, options)
      const known = new Set(latest.tickets.map(({ id }) => id))
      const others = ids.filter((id) => !known.has(id))
      const found: Ticket[] = []
      for (let at = 0; at < others.length; at += PAGE_SIZE)
        found.push(...(await showMany(others.slice(at, at + PAGE_SIZE), options)))
      const theirs = found.filter((ticket) => ticket.assignee_id === userId && isOpen(ticket))
      return { tickets: [...listed, ...theirs], unlisted }
    },

    /** 100 at most; sorted by id, and without those that are gone. */
    showMany,

    /**
     * 100 at most. A ticket that somebody changes before its turn comes is left alone, and its result says so: Zendesk
     * always looks for that in bulk updates.
     */
    async updateMany(ids: readonly number[], change: TicketChange, options?: CallOptions): Promise<JobStatus> {
      const query = { ids: ids.join(',') }
      const request = { method: 'PUT' as const, path: `${TICKETS}/update_many`, query, body: { ticket: change } }
      return (await transport.send({ ...request, answer: JobStatusAnswer }, options)).job_status
    },
  }
}
