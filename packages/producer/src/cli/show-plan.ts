import Table from 'cli-table3'
import { decisionOn } from '@provisioner/shared/ledger/decision.ts'
import { isHeldOneByOne, type DecidedChange } from '@provisioner/shared/ledger/held-change.ts'
import { countBy, type CyclePlan } from '../cycle/cycle-plan.ts'
import type { Change } from '../plan/change.ts'
import { listHeld } from './list-held.ts'
import { planNow } from './plan-now.ts'
import type { CliSession } from './session.ts'

/** Problems that are listed before the rest is only counted. */
const LISTED = 20

/** Held changes of each category that are listed before the rest is only counted. */
const LISTED_HELD = 5

/** Characters of the changes' labels that are shown. */
const SAMPLE = 70

/** `provisioner plan`: what a cycle would do now. Writes nothing, neither to Redis nor to Zendesk. */
export async function showPlan(
  session: CliSession,
  { all, json }: { all: boolean; json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const { id } of session.connections) {
    const plan = await planNow(session, id)
    print(json ? JSON.stringify(asJson(id, plan)) : describePlan(id, plan, all))
  }
}

/** The plan as text: counts first, then the changes, then what is held and what is wrong. Of a first plan that waits, what its approval would do. */
export function describePlan(connection: string, plan: CyclePlan, all: boolean): string {
  const { users, groups, memberships } = plan.totals
  const { released, links } = plan.ifApproved ?? plan
  const adopted = links.filter((link) => link.zendeskId !== null)
  const held = worthALook(plan)
  const lines = [
    `Plan of connection '${connection}': ${users} users, ${groups} groups, ${memberships} memberships in the directory`,
    '',
  ]
  const table = new Table({
    head: ['change', 'count', 'of'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'left'],
  })
  for (const [kind, count] of Object.entries(countBy(adopted, (link) => link.kind)))
    table.push([`link existing ${kind}`, count, ''])
  for (const [operation, some] of Map.groupBy(released, (change) => change.operation))
    table.push([operation, some.length, sample(some)])
  if (!plan.ifApproved)
    for (const [category, count] of Object.entries(countBy(held, (change) => change.category)))
      table.push([`held: ${category}`, count, ''])
  for (const [operation, count] of Object.entries(plan.switchedOff))
    table.push([`switched off: ${operation}`, count, ''])
  lines.push(table.length > 0 ? table.toString() : 'Nothing to do: Zendesk holds what the directory says.')
  if (all)
    lines.push(
      '',
      ...released.map(
        (change) =>
          `${change.operation}: ${change.label}${change.changed.length > 0 ? ` (${change.changed.join(', ')})` : ''}`,
      ),
    )
  if (held.length > 0)
    lines.push(
      '',
      plan.ifApproved ? 'Rejected, held one by one, or beyond a limit of the guard:' : 'Held:',
      ...listHeld(held, plan.measures, all ? Infinity : LISTED_HELD),
    )
  if (plan.problems.length > 0) {
    lines.push('', `${plan.problems.length} problem${plan.problems.length === 1 ? '' : 's'}:`)
    for (const problem of all ? plan.problems : plan.problems.slice(0, LISTED))
      lines.push(`  ${problem.code}  ${problem.dn ?? problem.id}: ${problem.what}. ${problem.todo}.`)
    if (!all && plan.problems.length > LISTED) lines.push(`  … and ${plan.problems.length - LISTED} more (--all)`)
  }
  if (plan.ifApproved && plan.released.length > 0)
    lines.push('', `${plan.released.length} of these changes are approved by name, and go out with the next cycle.`)
  if (plan.ifApproved) lines.push('', `This is the first plan. It waits for 'provisioner approve ${connection}'.`)
  else if (held.length > 0) lines.push('', `Held changes wait for 'provisioner approve ${connection}'.`)
  return lines.join('\n')
}

/** What is held, with its decisions; of a first plan, which is held as a whole, what would be held of any other too. */
function worthALook({ held, ifApproved, decisions, measures }: CyclePlan): DecidedChange[] {
  const decided = held.map((change) => ({ ...change, decision: decisionOn(decisions, change) }))
  if (!ifApproved) return decided
  return decided.filter(
    ({ decision, category }) => decision || isHeldOneByOne(category) || measures[category] !== undefined,
  )
}

/** The first few, in what fits beside them on a terminal of 120 columns. */
function sample(changes: readonly Change[]): string {
  const text = changes.map((change) => change.label).join(', ')
  return text.length <= SAMPLE ? text : `${text.slice(0, SAMPLE - 1)}…`
}

function asJson(connection: string, plan: CyclePlan): object {
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
    })),
    held: worthALook(plan),
    measures: plan.measures,
    switchedOff: plan.switchedOff,
    problems: plan.problems,
  }
}
