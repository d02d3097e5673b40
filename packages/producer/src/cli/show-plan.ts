import { configPrint } from '@provisioner/shared/config/config-print.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { type DecidedChange, decisionOn } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { isHeldOneByOne } from '@provisioner/shared/ledger/held-change.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { causesFirst } from '@provisioner/shared/ledger/newest-first.ts'
import { newestConfig } from '@provisioner/shared/ledger/newest-config.ts'
import type { Change } from '../plan/change.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { sentences } from '@provisioner/shared/sentence.ts'
import { countBy, type CyclePlan } from '../cycle/cycle-plan.ts'
import { problemsOf } from '../cycle/problems-of-plan.ts'
import { describeStanding, refusedOf } from '../cycle/refused.ts'
import { listHeld } from './list-held.ts'
import { countTickets, describeTickets, type TicketsOfPlan } from './count-tickets.ts'
import { planOf } from './plan-now.ts'
import { describeSeats } from './describe-seats.ts'
import { rowsOf, tableOf, type Row } from './plan-table.ts'
import type { CliSession } from './session.ts'

/** Problems that are listed before the rest is only counted. */
const LISTED = 20

/** Held changes of each category that are listed before the rest is only counted. */
const LISTED_HELD = 5

/** A plan that takes longer says what it waits for, ms. */
const SLOW_MS = 2_000

/** `provisioner plan`: what a cycle would do now. Writes nothing, neither to Redis nor to Zendesk. */
export async function showPlan(
  session: CliSession,
  { full, all, json, tickets = false }: { full: boolean; all: boolean; json: boolean; tickets?: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const { id } of session.connections) {
    const sources = await session.sources(id)
    const plan = await noteIfSlow(planOf(sources, { full }))
    const around = await lookAround(session, id, plan, await noteIfSlow(countTickets(sources, plan, tickets)))
    print(json ? JSON.stringify(asJson(id, plan, around)) : describePlan(id, plan, around, all))
  }
}

/** Says on a terminal what is waited for, once that takes longer than people expect. */
export async function noteIfSlow<T>(planned: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return await planned
  const note = setTimeout(() => process.stderr.write('Reading the directory and asking Zendesk …\n'), SLOW_MS)
  return await planned.finally(() => clearTimeout(note))
}

/** What there is to say of a plan that is not in it. */
interface Around {
  /** Those of the plan, and those that writes have run into. */
  readonly problems: readonly Problem[]
  /** Released by earlier cycles, and not written yet. */
  readonly pending: number
  /** True when the producers run with another configuration than this one. */
  readonly differs: boolean
  /** Whether Zendesk has lately refused an agent for want of a seat. */
  readonly noSeatLeft: boolean
  /** Whether new agents leave the account's default group. */
  readonly leavesDefault: boolean
  /** Undefined where nobody asks for them. */
  readonly tickets: TicketsOfPlan | undefined
}

async function lookAround(
  session: CliSession,
  id: string,
  plan: CyclePlan,
  tickets: Around['tickets'],
): Promise<Around> {
  const config = await session.whole()
  const connection = config.connections.find((one) => one.id === id)!
  const reader = new LedgerReader(session.redis, connectionName(connection))
  const [stored, pending, noSeat, newest] = await Promise.all([
    reader.problems(),
    reader.pending(),
    session.redis.exists(accountKeys(connection.account).seatsExhausted),
    newestConfig(session.redis, reader),
  ])
  const written = stored.flatMap(({ problem, source }) => (source === 'write' ? problem : []))
  return {
    // The text says by itself that the first plan waits, as `problems` and `status` do.
    problems: [...problemsOf(plan, id, Date.now()), ...written]
      .filter(({ code }) => code !== 'FIRST_PLAN_WAITS')
      .sort(causesFirst),
    pending: pending.length,
    noSeatLeft: noSeat === 1,
    leavesDefault: connection.users.accountDefaultGroup === 'leave',
    differs: newest !== undefined && newest.print !== configPrint(config, connection),
    tickets,
  }
}

/**
 * The plan as text: counts first, then the changes, then what is held and what is wrong. Of a first plan that waits,
 * what its approval would do.
 */
function describePlan(connection: string, plan: CyclePlan, around: Around, all: boolean): string {
  const { users, groups, memberships } = plan.totals
  const { released, links } = plan.ifApproved ?? plan
  const adopted = links.filter((link) => link.zendeskId !== null)
  const held = worthALook(plan)
  const { problems } = around
  const lines = [
    ...(around.differs ? [OTHER_CONFIG, ''] : []),
    `Plan of connection '${connection}': ${users} users, ${groups} groups, ${memberships} memberships in the directory`,
    '',
  ]
  const rows: Row[] = [
    ...rowsOf(
      countBy(adopted, (link) => link.kind),
      'link existing ',
    ),
    ...[...Map.groupBy(released, (change) => change.operation)].map((row): Row => [row[0], row[1].length, row[1]]),
    ...(plan.ifApproved
      ? []
      : rowsOf(
          countBy(held, (change) => change.category),
          'held: ',
        )),
    ...driftRow(plan, released),
    ...rowsOf(plan.switchedOff, 'switched off: '),
    ...rowsOf(plan.lookupsWaiting, 'left out until the other user is linked: '),
  ]
  lines.push(rows.length > 0 ? tableOf(rows) : describeEmpty(around, users))
  const seats = describeSeats(plan.seats, around.noSeatLeft, around.leavesDefault)
  if (seats !== undefined) lines.push('', seats)
  if (all)
    lines.push(
      '',
      ...released.map(
        (change) =>
          `${change.operation}: ${change.label}${change.changed.length > 0 ? ` (${change.changed.join(', ')})` : ''}` +
          (driftIn(plan, change).length > 0 ? `; changed in Zendesk: ${driftIn(plan, change).join(', ')}` : ''),
      ),
    )
  if (held.length > 0)
    lines.push(
      '',
      plan.ifApproved ? headingOf(held, plan.measures) : 'Held:',
      ...listHeld(held, plan.measures, all ? Infinity : LISTED_HELD, all ? Infinity : LISTED_HELD),
    )
  if (around.tickets) lines.push(...describeTickets(around.tickets, all))
  if (problems.length > 0) {
    lines.push('', `${problems.length} problem${problems.length === 1 ? '' : 's'}:`)
    for (const problem of all ? problems : problems.slice(0, LISTED))
      lines.push(`  ${problem.code}  ${problem.dn ?? problem.id}: ${sentences(problem)}`)
    if (!all && problems.length > LISTED) lines.push(`  … and ${problems.length - LISTED} more (--all)`)
  }
  if (plan.ifApproved && plan.released.length > 0)
    lines.push('', `${plan.released.length} of these changes are approved by name, and go out with the next cycle.`)
  const waiting = approvedAndWaiting(plan)
  if (waiting > 0)
    lines.push('', `${waiting} approved by name ${waiting === 1 ? 'waits' : 'wait'} until group and user are approved.`)
  if (plan.ifApproved) lines.push('', `This is the first plan. It waits for 'provisioner approve ${connection}'.`)
  else if (held.length > 0) lines.push('', `Held changes wait for 'provisioner approve ${connection}'.`)
  return lines.join('\n')
}

const OTHER_CONFIG =
  'This is the plan of another configuration than the one that the producers run with: cycles may do something else.'

/** What there is to say of a plan without changes: that all is done is said only when it is. */
function describeEmpty({ problems, pending }: Around, users: number): string {
  const refused = describeStanding(refusedOf(problems), users)
  const waiting =
    pending === 0 ? undefined : `${pending} ${pending === 1 ? 'change is' : 'changes are'} not applied yet`
  const others = new Set(problems.filter(({ subject }) => subject === 'connection').map(({ code }) => code))
  const open = others.size === 0 ? undefined : `of the connection itself there is ${[...others].join(', ')}`
  const reasons = [waiting, open].filter((reason) => reason !== undefined)
  if (reasons.length === 0) return refused ?? 'Nothing to do: Zendesk holds what the directory says.'
  const more = `Nothing more to do: ${reasons.join('; ')}.`
  return refused === undefined ? more : `${refused} ${more}`
}

/** Why these of a first plan are listed: of three reasons, those that there are. */
function headingOf(held: readonly DecidedChange[], measures: CyclePlan['measures']): string {
  const reasons = [
    held.some(({ decision }) => decision?.decision === 'rejected') && 'rejected',
    held.some(({ category, decision }) => !decision && isHeldOneByOne(category)) && 'held one by one',
    held.some(({ category, decision }) => !decision && measures[category]) && 'beyond a limit of the guard',
  ].filter((reason) => reason !== false)
  const text = reasons.join(', or ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}:`
}

/** How many new members are approved and not released, for their group or their user is held. */
function approvedAndWaiting({ decided, decisions, released }: CyclePlan): number {
  const going = new Set(released.map(formatEntityMember))
  return [...decided.values()].filter(
    (change) =>
      change.operation === 'add member' &&
      decisionOn(decisions, change)?.decision === 'approved' &&
      !going.has(change.key),
  ).length
}

/** What is held, with its decisions; of a first plan, which is held as a whole, what would be held of any other too. */
function worthALook({ held, ifApproved, decisions, measures }: CyclePlan): DecidedChange[] {
  const decided = held.map((change) => ({ ...change, decision: decisionOn(decisions, change) }))
  if (!ifApproved) return decided
  return decided.filter(
    ({ decision, category }) => decision || isHeldOneByOne(category) || measures[category] !== undefined,
  )
}

/** How many of the changes set right what somebody changed in Zendesk. */
function driftRow(plan: CyclePlan, released: readonly Change[]): Row[] {
  const some = released.filter((change) => driftIn(plan, change).length > 0)
  return some.length === 0 ? [] : [['of these, changed in Zendesk', some.length, some]]
}

/** What of a change was changed in Zendesk by somebody else. */
function driftIn({ drift }: CyclePlan, { kind, id }: Change): readonly string[] {
  return kind === 'user' ? (drift.get(id) ?? []).map(({ name }) => name) : []
}

function asJson(connection: string, plan: CyclePlan, around: Around): object {
  const { problems, pending, differs, noSeatLeft, tickets } = around
  const { drift } = plan
  const { released, links } = plan.ifApproved ?? plan
  return {
    connection,
    firstPlan: plan.ifApproved !== undefined,
    totals: plan.totals,
    links: links.map(({ kind, id, label, zendeskId }) => ({ kind, id, label, zendeskId })),
    changes: released.map(({ kind, id, dn, label, operation, changed }) => ({
      kind,
      id,
      dn,
      label,
      operation,
      changed,
      ...(drift.has(id) && kind === 'user' && { drift: drift.get(id)!.map(({ name }) => name) }),
    })),
    held: worthALook(plan),
    measures: plan.measures,
    seats: { ...plan.seats, noneLeft: noSeatLeft },
    switchedOff: plan.switchedOff,
    lookupsWaiting: plan.lookupsWaiting,
    problems,
    pending,
    otherConfiguration: differs,
    ...(tickets && { tickets }),
  }
}
