import Table from 'cli-table3'
import { fingerprint } from '@provisioner/shared/desired.ts'
import { countBy, type CyclePlan } from '../cycle/cycle-plan.ts'
import { planInPasses } from '../cycle/plan-in-passes.ts'
import type { Change } from '../plan/change.ts'
import type { CliSession } from './session.ts'

/** Problems that are listed before the rest is only counted. */
const LISTED = 20

/** Characters of the changes' labels that are shown. */
const SAMPLE = 70

/** `provisioner plan`: what a cycle would do now. Writes nothing, neither to Redis nor to Zendesk. */
export async function showPlan(
  session: CliSession,
  { all, json }: { all: boolean; json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const connection of session.connections) {
    const sources = session.sources(connection)
    const signal = new AbortController().signal
    const print_ = fingerprint({
      users: connection.users,
      groups: connection.groups ?? null,
      status: connection.directory.status ?? null,
    })
    const ignoreSeen = (await sources.reader.mappingFingerprint()) !== print_
    const plan = await planInPasses(sources, { ignoreSeen, audit: false, now: Date.now() }, signal)
    const firstRun = await sources.reader.firstRun()
    const waits = connection.firstRun === 'approve' && (firstRun.status === 'new' || firstRun.status === 'waiting')
    print(json ? JSON.stringify(asJson(connection.id, plan, waits)) : describePlan(connection.id, plan, waits, all))
  }
}

/** The plan as text: counts first, then the changes, then what is held and what is wrong. */
export function describePlan(connection: string, plan: CyclePlan, waits: boolean, all: boolean): string {
  const { users, groups, memberships } = plan.totals
  const adopted = plan.links.filter((link) => link.zendeskId !== null)
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
  for (const [operation, some] of Map.groupBy(plan.released, (change) => change.operation))
    table.push([operation, some.length, sample(some)])
  for (const [category, count] of Object.entries(countBy(plan.held, (held) => held.category)))
    table.push([`held: ${category}`, count, ''])
  for (const [operation, count] of Object.entries(plan.switchedOff))
    table.push([`switched off: ${operation}`, count, ''])
  lines.push(table.length > 0 ? table.toString() : 'Nothing to do: Zendesk holds what the directory says.')
  if (all)
    lines.push(
      '',
      ...plan.released.map(
        (change) =>
          `${change.operation}: ${change.label}${change.changed.length > 0 ? ` (${change.changed.join(', ')})` : ''}`,
      ),
    )
  if (plan.problems.length > 0) {
    lines.push('', `${plan.problems.length} problem${plan.problems.length === 1 ? '' : 's'}:`)
    for (const problem of all ? plan.problems : plan.problems.slice(0, LISTED))
      lines.push(`  ${problem.code}  ${problem.dn ?? problem.id}: ${problem.what}. ${problem.todo}.`)
    if (!all && plan.problems.length > LISTED) lines.push(`  … and ${plan.problems.length - LISTED} more (--all)`)
  }
  if (waits) lines.push('', `This is the first plan. It waits for 'provisioner approve ${connection}'.`)
  else if (plan.held.length > 0) lines.push('', `Held changes wait for 'provisioner approve ${connection}'.`)
  return lines.join('\n')
}

/** The first few, in what fits beside them on a terminal of 120 columns. */
function sample(changes: readonly Change[]): string {
  const text = changes.map((change) => change.label).join(', ')
  return text.length <= SAMPLE ? text : `${text.slice(0, SAMPLE - 1)}…`
}

function asJson(connection: string, plan: CyclePlan, waits: boolean): object {
  return {
    connection,
    firstPlan: waits,
    totals: plan.totals,
    links: plan.links.map(({ kind, id, label, zendeskId }) => ({ kind, id, label, zendeskId })),
    changes: plan.released.map(({ kind, id, dn, label, operation, changed }) => ({
      kind,
      id,
      dn,
      label,
      operation,
      changed,
    })),
    held: plan.held,
    switchedOff: plan.switchedOff,
    problems: plan.problems,
  }
}
