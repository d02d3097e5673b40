import { setTimeout as sleep } from 'node:timers/promises'
import { atOnce, partsOf } from '@provisioner/shared/at-once.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { readResult } from '@provisioner/zendesk/job-statuses.ts'
import { isOpen, type Ticket } from '@provisioner/zendesk/tickets.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Needs } from '../ports.ts'

/** A ticket that is to be somebody else's, or nobody's. */
export interface TicketMove {
  readonly ticket: Ticket
  /** Zendesk's ids. */
  readonly from: number
  readonly to: number | null
}

/** Options of the requests of one hand-over, all of which end with the signal. */
export type BoundedOptions = CallOptions & { readonly signal: AbortSignal }

type Ports = Needs<'zendesk' | 'limits' | 'bulk' | 'settings'>

/** Most tickets in one request, and how often a job status is asked for while none is free, ms. */
const AT_ONCE = 100
const SLOT_MS = 250
/** Requests at the same time: each has one of the job statuses that other removals need as well. */
const WIDTH = 2

/**
 * Gives tickets to whoever is to have them, up to 100 by one request, and waits for what Zendesk makes of that. What
 * it does not say to be done is looked at, for its answer may be lost, and somebody else may have been faster: what is
 * the leaver's no more needs no move. Sent twice, it is done once.
 *
 * @returns the moves that were not done, each with the reason
 */
export async function moveTickets(
  ports: Ports,
  moves: readonly TicketMove[],
  options: BoundedOptions,
): Promise<Map<TicketMove, string>> {
  const undone = new Map<TicketMove, string>()
  const requests = [...Map.groupBy(moves, ({ to }) => to)].flatMap(([to, some]) =>
    partsOf(some, AT_ONCE).map((part) => ({ to, part })),
  )
  const unclear = (await atOnce(requests, WIDTH, ({ to, part }) => sendPart(ports, to, part, options))).flat()
  for (const part of partsOf(unclear, AT_ONCE)) {
    const ids = part.map(({ move }) => move.ticket.id)
    const shown = await bounded(options, () => ports.zendesk.tickets.showMany(ids, options))
    for (const { move, why } of part) {
      const now = Array.isArray(shown) ? shown.find(({ id }) => id === move.ticket.id) : move.ticket
      if (now && now.assignee_id === move.from && isOpen(now)) undone.set(move, why)
    }
  }
  return undone
}

interface Unclear {
  readonly move: TicketMove
  readonly why: string
}

async function sendPart(
  ports: Ports,
  to: number | null,
  part: readonly TicketMove[],
  options: BoundedOptions,
): Promise<Unclear[]> {
  const { ticketTag } = ports.settings
  const change = { assignee_id: to, ...(ticketTag !== undefined && { additional_tags: [ticketTag] }) }
  const ids = part.map(({ ticket }) => ticket.id)
  const ending = await bounded(options, async () => {
    const slot = await takeSlot(ports, options.signal)
    try {
      const { id } = await ports.zendesk.tickets.updateMany(ids, change, options)
      return await untilAborted(ports.bulk.endingOf(id), options.signal)
    } finally {
      await ports.limits.releaseJobSlot(slot)
    }
  })
  if (ending instanceof Undone) return part.map((move) => ({ move, why: ending.why }))
  const results = typeof ending === 'string' ? [] : (ending.results ?? []).map(readResult)
  return part.flatMap((move, i) => {
    const result = results.find(({ index }) => index === i) ?? results[i]
    if (result && !result.failed) return []
    return [{ move, why: result?.details ?? result?.error ?? 'Zendesk does not say what became of it' }]
  })
}

/** Waits for one of Zendesk's job statuses; for removals two are kept. */
async function takeSlot({ limits }: Ports, signal: AbortSignal): Promise<string> {
  for (;;) {
    const slot = await limits.takeJobSlot(true)
    if (slot !== null) return slot
    await sleep(SLOT_MS, undefined, { signal })
  }
}

/** Why something was not done that a removal does not wait for. */
export class Undone {
  readonly why: string

  constructor(why: string) {
    this.why = why
  }
}

/** What came of some work; of what Zendesk refuses, or does not do in time, the reason. @throws anything else */
export async function bounded<T>({ signal }: BoundedOptions, work: () => Promise<T>): Promise<T | Undone> {
  try {
    signal.throwIfAborted()
    return await work()
  } catch (error) {
    if (error instanceof ZendeskError) return new Undone(error.message)
    if (!signal.aborted) throw error
    return new Undone('Zendesk was not done with it in time, and a removal waits no longer')
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  // it may end long after we have gone on
  work.catch(() => {})
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
