import { atOnce } from '@provisioner/shared/at-once.ts'
import { LEAVER_HAS_TICKETS } from '@provisioner/shared/admin-refusals.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { findTicketHeir, nobodyAs, type TicketHeir } from '@provisioner/zendesk/ticket-heir.ts'
import type { OpenTickets } from '@provisioner/zendesk/tickets.ts'
import { giveBack } from '../entity/give-back.ts'
import { LEASE_SLACK_MS } from '../entity/lease-times.ts'
import { callOptions, isUnchanged, type Batch, type OpenJob } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { rejected } from '../remedies/plain-outcome.ts'
import { bounded, moveTickets, Undone, type BoundedOptions, type TicketMove } from './move-tickets.ts'
import { movesTickets, ABOUT_TICKETS, type TicketLoser } from './ticket-losers.ts'

type Ports = Needs<'ledger' | 'zendesk' | 'settings' | 'report' | 'limits' | 'bulk' | 'account'>

/** What one request may take, ms. */
const TIMEOUT_MS = 5_000
/**
 * What a hand-over may take, ms, and how much longer it may for each further leaver of the batch: the end of access
 * waits for it. Zendesk takes 2 to 12 s for a bulk update; a plan of 200 requests a minute lists somebody every 300 ms.
 */
const WAIT_MS = 15_000
const EACH_MS = 400
/** How many leavers' tickets are listed at once. */
const WIDTH = 5

/**
 * Hands the open tickets of leavers over as `users.remove.tickets` says, right before their removals go out: Zendesk
 * wants tickets first, then a lower role, then the suspension (article 4408888690842), and would give them to the
 * API's own user. Whatever can't be handed over is told (`TICKETS_NOT_MOVED`), and the removals go on: the end of
 * access waits for no ticket longer than a while. A worker that dies in between leaves the rest to the next one, which
 * moves what is the leaver's still.
 *
 *   tickets             | the leaver has open ones | they can't be listed
 *   --------------------|--------------------------|---------------------
 *   leave               | nothing is asked         | –
 *   group, user:ADDRESS | are handed over          | told
 *   hold                | stays until approved     | told
 *
 * @returns the outcomes of the jobs of those who stay, by job id
 */
export async function handOverTickets(
  ports: Ports,
  batch: Batch,
  leavers: readonly TicketLoser[],
): Promise<Map<string, Outcome>> {
  const { tickets: way } = ports.settings
  const isHeld = way.to === 'hold'
  const asked = isHeld ? leavers.filter(isToBeAsked) : movesTickets(ports.settings) ? leavers : []
  if (asked.length === 0) return new Map()
  const signal = AbortSignal.timeout(WAIT_MS + EACH_MS * (asked.length - 1))
  const options: BoundedOptions = { ...callOptions(batch), purpose: 'removal', timeoutMs: TIMEOUT_MS, signal }
  const open = await listOpen(ports, asked, options)
  if (isHeld) {
    const held = await holdBack(ports, batch, asked, open)
    const going = asked.filter(({ job }) => !held.has(job.jobId))
    await tell(ports, going, (leaver) => problemOf(leaver, open.get(leaver.zendeskId)!, undefined))
    return held
  }
  const found = asked.filter((leaver) => ticketsOf(open, leaver).length > 0)
  if (found.length > 0 && batch.jobSlot !== null) {
    // moving takes one of its own: were ours kept meanwhile, batches of removals would wait for one another
    await ports.limits.releaseJobSlot(batch.jobSlot)
    batch.jobSlot = null
  }
  const heir =
    found.length === 0 ? undefined : await bounded(options, () => findTicketHeir(ports.zendesk, way, options))
  const undone = heir && (await handOver(ports, batch, found, { open, heir: asHeir(heir), going: asked, options }))
  await tell(ports, asked, (leaver) => problemOf(leaver, open.get(leaver.zendeskId)!, undone?.get(leaver)))
  return new Map()
}

/** Reports what was not done for each, and takes back what was told of the others. */
async function tell(
  { report }: Ports,
  leavers: readonly TicketLoser[],
  of: (leaver: TicketLoser) => Problem | undefined,
): Promise<void> {
  const problems = leavers.flatMap((leaver) => of(leaver) ?? [])
  const told = new Set(problems.map(({ id }) => id))
  const others = leavers.filter(({ job }) => !told.has(problemId(job)))
  await report.problems.solve(others.map(({ job }) => ({ subject: 'user', id: problemId(job) })))
  for (const problem of problems)
    if (await report.problems.report(problem, Date.now()))
      report.log.warn({ problem: { code: problem.code, subject: problem.subject, id: problem.id } }, NOT_MOVED)
}

/** Gives the users back who have open tickets, for the next cycle to ask an admin. */
async function holdBack(
  ports: Ports,
  batch: Batch,
  leavers: readonly TicketLoser[],
  open: Listed,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const { job, zendeskId } of leavers) {
    const list = open.get(zendeskId)!
    const count = list instanceof Undone ? 0 : list.tickets.length + list.unlisted
    if (count === 0) continue
    await ports.ledger.askForPlan(job.ref)
    const tickets = count === 1 ? 'an open ticket' : `${count} open tickets`
    const why = `'${job.record.label}' (Zendesk user ${zendeskId}) has ${tickets} and stays until an admin approves`
    outcomes.set(
      job.jobId,
      await giveBack(ports, job, batch.token, rejected(LEAVER_HAS_TICKETS, why, ABOUT_TICKETS), 'none'),
    )
    // a cycle that planned in between saw no refusal
    await ports.ledger.askForPlan(job.ref)
  }
  return outcomes
}

/** Memberships wait for their users; who was approved goes. */
function isToBeAsked({ job: { ref, record } }: TicketLoser): boolean {
  return ref.kind === 'user' && !(record as UserRecord).desired?.despiteTickets
}

const NOT_MOVED = 'Not all tickets of a leaver are handed over'

type Listed = ReadonlyMap<number, OpenTickets | Undone>

/** The open tickets of the leavers, by Zendesk's ids of users. */
async function listOpen(ports: Ports, leavers: readonly TicketLoser[], options: BoundedOptions): Promise<Listed> {
  const ids = [...new Set(leavers.map(({ zendeskId }) => zendeskId))]
  const lists = await atOnce(ids, WIDTH, (id) => bounded(options, () => ports.zendesk.tickets.openOf(id, options)))
  return new Map(ids.map((id, i) => [id, lists[i]!]))
}

function ticketsOf(open: Listed, { zendeskId, groupId }: TicketLoser) {
  const list = open.get(zendeskId)!
  if (list instanceof Undone) return []
  return list.tickets.filter((ticket) => losesTicket({ groupId }, ticket.group_id))
}

function losesTicket({ groupId }: Pick<TicketLoser, 'groupId'>, ofGroup: number | null | undefined): boolean {
  return groupId === null || ofGroup === groupId
}

function asHeir(found: TicketHeir | Undone): TicketHeir {
  return found instanceof Undone ? nobodyAs(`who is to have them could not be looked up: ${found.why}`) : found
}

/** What was not done as it should for one leaver: how many tickets, by the reason. */
interface Left {
  readonly theirs: Map<string, number>
  readonly nobodys: Map<string, number>
}

/** Whose tickets go to whom; of who goes as well, with or without tickets, nobody gets any. */
interface Hand {
  readonly open: Listed
  readonly heir: TicketHeir
  readonly going: readonly TicketLoser[]
}

/**
 * Moves the tickets of those who are to lose them still: the directory may want them back by now. What Zendesk does not
 * give to the heir is left in its group.
 */
async function handOver(
  ports: Ports,
  batch: Batch,
  leavers: readonly TicketLoser[],
  { open, heir, going, options }: Hand & { options: BoundedOptions },
): Promise<Map<TicketLoser, Left>> {
  const left = new Map<TicketLoser, Left>()
  const leaverOf = new Map<TicketMove, TicketLoser>()
  const note = (leaver: TicketLoser, what: keyof Left, why: string) => {
    const all = left.get(leaver) ?? { theirs: new Map(), nobodys: new Map() }
    all[what].set(why, (all[what].get(why) ?? 0) + 1)
    left.set(leaver, all)
  }
  for (const leaver of await stillLeaving(ports, batch, leavers))
    for (const ticket of ticketsOf(open, leaver)) {
      const isLeaving = going.some((one) => one.zendeskId === heir.zendeskId && losesTicket(one, ticket.group_id))
      const whyNot = isLeaving ? 'who is to have them leaves as well' : heir.whyNot(ticket.group_id ?? null)
      if (whyNot !== undefined) note(leaver, 'nobodys', whyNot)
      const to = whyNot === undefined ? heir.zendeskId : null
      leaverOf.set({ ticket, from: leaver.zendeskId, to }, leaver)
    }
  const first = await moveTickets(ports, [...leaverOf.keys()], options)
  const again = new Map(
    [...first].map(([move, why]) => [
      { ...move, to: null },
      { why, was: move },
    ]),
  )
  const second = await moveTickets(ports, [...again.keys()], options)
  for (const [move, { why, was }] of again) {
    const leaver = leaverOf.get(was)!
    const stays = second.get(move)
    if (stays !== undefined) note(leaver, 'theirs', stays)
    else if (was.to !== null) note(leaver, 'nobodys', why)
  }
  const tickets = leaverOf.size
  ports.report.log.info({ leavers: leavers.length, tickets, left: second.size }, 'Open tickets of leavers handed over')
  return left
}

/** Takes the leases once more, as listing may have taken as long as one. Who is to stay after all keeps their own. */
async function stillLeaving(
  { ledger, settings }: Ports,
  batch: Batch,
  leavers: readonly TicketLoser[],
): Promise<TicketLoser[]> {
  const jobs = leavers.map(({ job }) => job)
  const verdicts = await ledger.open(jobs, batch.token, settings.requestTimeoutMs + LEASE_SLACK_MS)
  return leavers.filter(({ job }, i) => isUnchanged(verdicts[i], job))
}

function problemId({ ref }: OpenJob): string {
  return `${ref.id}.tickets`
}

function problemOf(
  { job, zendeskId }: TicketLoser,
  open: OpenTickets | Undone,
  left: Left | undefined,
): Problem | undefined {
  const parts =
    open instanceof Undone
      ? [`they could not be listed: ${open.why}`]
      : [
          ...[...(left?.theirs ?? [])].map(([why, count]) => `${count} were not moved: ${why}`),
          ...[...(left?.nobodys ?? [])].map(
            ([why, count]) => `${count} stay in their group without an assignee: ${why}`,
          ),
          ...(open.unlisted > 0 ? [`${open.unlisted} more than Zendesk lists were not moved`] : []),
        ]
  if (parts.length === 0) return undefined
  return {
    code: 'TICKETS_NOT_MOVED',
    subject: 'user',
    id: problemId(job),
    dn: job.record.dn,
    what: `Open tickets of '${job.record.label}' (Zendesk user ${zendeskId}): ${parts.join('; ')}`,
    todo:
      'Look in Zendesk who has these tickets, and give them to somebody: the removal goes on without. ' +
      'This is told for two weeks',
  }
}
