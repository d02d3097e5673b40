import type { Problem } from '@provisioner/shared/problem.ts'
import type { OpenTickets } from '@provisioner/zendesk/tickets.ts'
import type { Needs } from '../ports.ts'
import { Undone } from './move-tickets.ts'
import type { TicketLoser } from './ticket-losers.ts'

/** The open tickets of leavers, by Zendesk's ids of users. */
export type Listed = ReadonlyMap<number, OpenTickets | Undone>

/** How many tickets of each leaver, by the reason. */
export class Counts {
  readonly #counts = new Map<TicketLoser, Map<string, number>>()

  note(leaver: TicketLoser, why: string): void {
    const counts = this.#counts.get(leaver) ?? new Map<string, number>()
    counts.set(why, (counts.get(why) ?? 0) + 1)
    this.#counts.set(leaver, counts)
  }

  of(leaver: TicketLoser): [why: string, count: number][] {
    return [...(this.#counts.get(leaver) ?? [])]
  }

  get leavers(): TicketLoser[] {
    return [...this.#counts.keys()]
  }
}

const GIVE_THEM_BY_HAND =
  'Look in Zendesk who has these tickets, and give them to somebody: the removal goes on without. ' +
  'This is told for two weeks'

/**
 * Tells of leavers whose tickets are not moved. Of whom all are moved, what was told before is taken back; of whom no
 * look finds any, it stays: after a removal whose worker died, or whose answer was lost, Zendesk has given them away.
 */
export async function tellUnmoved(
  ports: Needs<'report'>,
  leavers: readonly TicketLoser[],
  open: Listed,
  unmoved: Counts = new Counts(),
): Promise<void> {
  const done: TicketLoser[] = []
  for (const leaver of leavers) {
    const list = open.get(leaver.zendeskId)!
    const parts = unmoved.of(leaver).map(([why, count]) => `${count} were not moved: ${why}`)
    if (list instanceof Undone) parts.push(`they could not be listed: ${list.why}`)
    else if (list.unlisted > 0) parts.push(`${list.unlisted} more than Zendesk lists were not moved`)
    if (parts.length > 0) await report(ports, problemOf(leaver, `${leaver.job.ref.id}.tickets`, parts))
    else if (!(list instanceof Undone) && list.tickets.length > 0) done.push(leaver)
  }
  await ports.report.problems.solve(done.map(({ job }) => ({ subject: 'user', id: `${job.ref.id}.tickets` })))
}

/**
 * Tells of leavers whose tickets stay in their group without an assignee, other than `users.remove.tickets` says. To be
 * told before that is so: once it is, no look at the leaver finds these tickets, should the worker die.
 *
 * @param before what was told of the same leavers, and may have come otherwise
 */
export async function tellNobodys(ports: Needs<'report'>, nobodys: Counts, before?: Counts): Promise<void> {
  for (const leaver of nobodys.leavers) {
    const parts = nobodys.of(leaver).map(([why, count]) => `${count} stay in their group without an assignee: ${why}`)
    await report(ports, problemOf(leaver, nobodysId(leaver), parts))
  }
  const others = before?.leavers.filter((leaver) => nobodys.of(leaver).length === 0) ?? []
  await ports.report.problems.solve(others.map((leaver) => ({ subject: 'user', id: nobodysId(leaver) })))
}

function nobodysId({ job }: TicketLoser): string {
  return `${job.ref.id}.nobodys-tickets`
}

function problemOf({ job, zendeskId }: TicketLoser, id: string, parts: readonly string[]): Problem {
  const what = `Open tickets of '${job.record.label}' (Zendesk user ${zendeskId}): ${parts.join('; ')}`
  return { code: 'TICKETS_NOT_MOVED', subject: 'user', id, dn: job.record.dn, what, todo: GIVE_THEM_BY_HAND }
}

async function report({ report: { problems, log } }: Needs<'report'>, problem: Problem): Promise<void> {
  if (await problems.report(problem, Date.now()))
    log.warn({ problem: { code: problem.code, subject: problem.subject, id: problem.id } }, NOT_MOVED)
}

const NOT_MOVED = 'Not all tickets of a leaver are handed over'
