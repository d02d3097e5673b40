import type { Change } from '../../plan/change.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'
import { describeStanding, refusedOf } from '../../cycle/refused.ts'
import { describeTickets } from '../count-tickets.ts'
import { listHeld } from '../list-held.ts'
import type { PlanShown } from './around-plan.ts'
import { describeSeats } from './describe-seats.ts'
import { groupChanges, listChanges } from './group-changes.ts'
import { groupProblems } from './group-problems.ts'
import { approvedAndWaiting, headingOf, worthALook } from './held-of-plan.ts'
import { isNarrowed, type PlanFilter } from './narrow-plan.ts'
import { rowsBy, rowsOfCounts, tableOf, type Row } from './plan-table.ts'
import { describeTime } from './time-to-write.ts'

/** Held changes of each category that are listed before the rest is only counted. */
const LISTED_HELD = 5

/** How much of a plan is listed. */
export interface Listing {
  /** Every change and problem. */
  readonly all: boolean
  /** At most so many of each; undefined for the usual. */
  readonly limit: number | undefined
}

/**
 * The plan as text: counts first, then old and new values, then what is held and what is wrong. Of a first plan that
 * waits, what its approval would do.
 */
export function describePlan(shown: PlanShown, { all, limit }: Listing): string {
  const { connection, plan, filter, problems } = shown
  const { users, groups, memberships } = plan.totals
  const { released } = plan.ifApproved ?? plan
  const held = worthALook(plan)
  const narrowed = isNarrowed(filter)
  const lines = [
    ...(shown.differs ? [OTHER_CONFIG, ''] : []),
    `Plan of connection '${connection}': ${users} users, ${groups} groups, ${memberships} memberships in the directory`,
    ...(narrowed ? [`Of it only ${describeFilter(filter)}.`] : []),
    '',
  ]
  const rows = rowsOfPlan(plan, narrowed)
  lines.push(rows.length > 0 ? tableOf(rows) : narrowed ? 'Nothing of that is planned.' : describeEmpty(shown, users))
  const seats = narrowed ? undefined : describeSeats(plan.seats, shown.noSeatLeft, shown.leavesDefault)
  const told = [seats, describeTime(shown.time)].filter((one) => one !== undefined)
  if (told.length > 0) lines.push('', ...told)
  const { starts, masked, nameOf } = shown
  const values = { starts, masked, nameOf, driftIn: (change: Change) => driftIn(plan, change) }
  const isListed = all || limit !== undefined || filter.whom !== undefined
  const changes = isListed ? listChanges(released, values, limit ?? Infinity) : groupChanges(released, values)
  if (changes.length > 0) lines.push('', 'Changes:', ...changes)
  const most = limit ?? (all ? Infinity : LISTED_HELD)
  if (held.length > 0)
    lines.push(
      '',
      plan.ifApproved ? headingOf(held, plan.measures) : 'Held:',
      ...listHeld(held, plan.measures, most, most),
    )
  if (shown.tickets) lines.push(...describeTickets(shown.tickets, all))
  if (problems.length > 0) {
    lines.push('', `${problems.length} problem${problems.length === 1 ? '' : 's'}:`)
    lines.push(...groupProblems(problems, limit ?? (all ? Infinity : undefined)))
  }
  return [...lines, ...whatWaits(plan, { connection, narrowed, held: held.length })].join('\n')
}

/** What an admin has to do, and what has their word. */
function whatWaits(
  plan: CyclePlan,
  { connection, narrowed, held }: { connection: string; narrowed: boolean; held: number },
): string[] {
  const lines: string[] = []
  if (plan.ifApproved && plan.released.length > 0)
    lines.push('', `${plan.released.length} of these changes are approved by name, and go out with the next cycle.`)
  const waiting = narrowed ? 0 : approvedAndWaiting(plan)
  if (waiting > 0)
    lines.push('', `${waiting} approved by name ${waiting === 1 ? 'waits' : 'wait'} until group and user are approved.`)
  if (plan.ifApproved) lines.push('', `This is the first plan. It waits for 'provisioner approve ${connection}'.`)
  else if (held > 0) lines.push('', `Held changes wait for 'provisioner approve ${connection}'.`)
  return lines
}

const OTHER_CONFIG =
  'This is the plan of another configuration than the one that the producers run with: cycles may do something else.'

function rowsOfPlan(plan: CyclePlan, narrowed: boolean): Row[] {
  const { released, links } = plan.ifApproved ?? plan
  const adopted = links.filter((link) => link.zendeskId !== null)
  return [
    ...rowsBy(adopted, ({ kind }) => `link existing ${kind}`),
    ...rowsBy(released, ({ operation }) => operation),
    ...(plan.ifApproved ? [] : rowsBy(worthALook(plan), ({ category }) => `held: ${category}`)),
    ...driftRow(plan, released),
    ...(narrowed
      ? []
      : [
          ...rowsOfCounts(plan.switchedOff, 'switched off: '),
          ...rowsOfCounts(plan.lookupsWaiting, 'left out until the other user is linked: '),
        ]),
  ]
}

function describeFilter({ whom, only }: PlanFilter): string {
  const parts = [only && only.map((one) => `'${one}'`).join(', '), whom && `what is of ${whom.dn || whom.id}`]
  return parts.filter(Boolean).join(', of ')
}

/** What there is to say of a plan without changes: that all is done is said only when it is. */
function describeEmpty({ problems, pending }: PlanShown, users: number): string {
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

/** How many of the changes set right what somebody changed in Zendesk. */
function driftRow(plan: CyclePlan, released: readonly Change[]): Row[] {
  const some = released.filter((change) => driftIn(plan, change).length > 0)
  return some.length === 0 ? [] : [['of these, changed in Zendesk', some.length, some]]
}

/** What of a change was changed in Zendesk by somebody else. */
function driftIn({ drift }: CyclePlan, { kind, id }: Change): readonly string[] {
  return kind === 'user' ? (drift.get(id) ?? []).map(({ name }) => name) : []
}
