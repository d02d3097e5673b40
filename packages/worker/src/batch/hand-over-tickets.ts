import { atOnce } from '@provisioner/shared/at-once.ts'
import { LEAVER_HAS_TICKETS } from '@provisioner/shared/admin-refusals.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { findTicketHeir, nobodyAs, type TicketHeir } from '@provisioner/zendesk/ticket-heir.ts'
import type { OpenTickets } from '@provisioner/zendesk/tickets.ts'
import { giveBack } from '../entity/give-back.ts'
import { LEASE_SLACK_MS } from '../entity/lease-times.ts'
import { callOptions, isUnchanged, type Batch } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { rejected } from '../remedies/plain-outcome.ts'
import { bounded, moveTickets, Undone, type BoundedOptions, type TicketMove } from './move-tickets.ts'
import { Counts, tellNobodys, tellUnmoved, type Listed } from './tell-tickets.ts'
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
  const { held, done } = await beginHandOver(ports, batch, leavers)
  await done
  return held
}

/** Who stays, and the end of the hand-over, before which nobody else of the batch may go. */
interface HandOver {
  readonly held: Map<string, Outcome>
  readonly done: Promise<void>
}

/**
 * As {@link handOverTickets}; resolves once the tickets are listed, since Zendesk takes seconds to move them, in which
 * other things can be read.
 */
export async function beginHandOver(ports: Ports, batch: Batch, leavers: readonly TicketLoser[]): Promise<HandOver> {
  const { tickets: way } = ports.settings
  const isHeld = way.to === 'hold'
  const asked = isHeld ? leavers.filter(isToBeAsked) : movesTickets(ports.settings) ? leavers : []
  if (asked.length === 0) return { held: new Map(), done: Promise.resolve() }
  const signal = AbortSignal.timeout(WAIT_MS + EACH_MS * (asked.length - 1))
  const options: BoundedOptions = { ...callOptions(batch), purpose: 'removal', timeoutMs: TIMEOUT_MS, signal }
  const open = await listOpen(ports, asked, options)
  if (isHeld) {
    const held = await holdBack(ports, batch, asked, open)
    const going = asked.filter(({ job }) => !held.has(job.jobId))
    await tellUnmoved(ports, going, open)
    return { held, done: Promise.resolve() }
  }
  const found = asked.filter((leaver) => ticketsOf(open, leaver).length > 0)
  if (found.length > 0 && batch.jobSlot !== null) {
    // moving takes one of its own: were ours kept meanwhile, batches of removals would wait for one another
    await ports.limits.releaseJobSlot(batch.jobSlot)
    batch.jobSlot = null
  }
  const move = async () => {
    const heir =
      found.length === 0 ? undefined : await bounded(options, () => findTicketHeir(ports.zendesk, way, options))
    const unmoved = heir && (await handOver(ports, batch, found, { open, heir: asHeir(heir), going: asked, options }))
    await tellUnmoved(ports, asked, open, unmoved)
  }
  const done = move()
  // whoever waits for it is told; until then it is nobody's
  done.catch(() => {})
  return { held: new Map(), done }
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

/** Of a user who is gone, as a worker may have left them that died before it recorded that, there are none. */
async function listOpen({ zendesk }: Ports, leavers: readonly TicketLoser[], options: BoundedOptions): Promise<Listed> {
  const ids = [...new Set(leavers.map(({ zendeskId }) => zendeskId))]
  const openOf = (id: number) => zendesk.tickets.openOf(id, options).catch(noneOfNobody)
  const lists = await atOnce(ids, WIDTH, (id) => bounded(options, () => openOf(id)))
  return new Map(ids.map((id, i) => [id, lists[i]!]))
}

function noneOfNobody(error: unknown): OpenTickets {
  if (error instanceof ZendeskError && error.problem.kind === 'not found') return { tickets: [], unlisted: 0 }
  throw error
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

/** Whose tickets go to whom; of who goes as well, with or without tickets, nobody gets any. */
interface Hand {
  readonly open: Listed
  readonly heir: TicketHeir
  readonly going: readonly TicketLoser[]
}

/**
 * Moves the tickets of those who are to lose them still: the directory may want them back by now. What Zendesk does not
 * give to the heir is left in its group, which is told before that is so.
 * @returns what stays the leavers', with the reasons
 */
async function handOver(
  ports: Ports,
  batch: Batch,
  leavers: readonly TicketLoser[],
  { open, heir, going, options }: Hand & { options: BoundedOptions },
): Promise<Counts> {
  const moves = new Map<TicketMove, { readonly leaver: TicketLoser; readonly whyNot: string | undefined }>()
  for (const leaver of await stillLeaving(ports, batch, leavers))
    for (const ticket of ticketsOf(open, leaver)) {
      const isLeaving = going.some((one) => one.zendeskId === heir.zendeskId && losesTicket(one, ticket.group_id))
      const whyNot = isLeaving ? 'who is to have them leaves as well' : heir.whyNot(ticket.group_id ?? null)
      const to = whyNot === undefined ? heir.zendeskId : null
      moves.set({ ticket, from: leaver.zendeskId, to }, { leaver, whyNot })
    }
  const nobodys = new Counts()
  for (const { leaver, whyNot } of moves.values()) if (whyNot !== undefined) nobodys.note(leaver, whyNot)
  await tellNobodys(ports, nobodys)

  const refused = await moveTickets(ports, [...moves.keys()], options)
  const again = new Map([...refused].map(([move]) => [move, { ...move, to: null }]))
  for (const [move, why] of refused) if (move.to !== null) nobodys.note(moves.get(move)!.leaver, why)
  await tellNobodys(ports, nobodys)
  const left = await moveTickets(ports, [...again.values()], options)

  const [theirs, stay] = [new Counts(), new Counts()]
  for (const [move, { leaver, whyNot }] of moves) {
    const anew = again.get(move)
    const whyLeft = anew && left.get(anew)
    const whyNobodys = whyNot ?? (move.to === null ? undefined : refused.get(move))
    if (whyLeft !== undefined) theirs.note(leaver, whyLeft)
    else if (whyNobodys !== undefined) stay.note(leaver, whyNobodys)
  }
  await tellNobodys(ports, stay, nobodys)
  const tickets = moves.size
  ports.report.log.info({ leavers: leavers.length, tickets, left: left.size }, 'Open tickets of leavers handed over')
  return theirs
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
