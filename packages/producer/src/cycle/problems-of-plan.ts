import { describeHeld, firstPlanWaits } from '@provisioner/shared/ledger/describe-held.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { firstPlanOf } from './first-plan.ts'

/** All problems that a plan shows: those of its entries, and that it waits for an admin, as a whole or in part. */
export function problemsOf(plan: CyclePlan, connection: string, now: number): Problem[] {
  const first = firstPlanOf(plan, now)
  return [...plan.problems, ...(first ? [firstPlanWaits(first, connection)] : heldProblems(plan, connection))]
}

/** What is held shows among the problems too: one line per category, so that nobody misses it. */
function heldProblems(plan: CyclePlan, connection: string): Problem[] {
  const waiting = plan.held.filter((change) => !plan.decided.has(change.key))
  return Object.entries(countBy(waiting, (change) => change.category)).map(([category, count]) => ({
    code: 'HELD',
    subject: 'connection' as const,
    id: `${connection}.${category}`,
    what: describeHeld(category, count, plan.measures[category]),
    todo: `Look at them with 'provisioner held', then 'provisioner approve' or 'provisioner reject'`,
  }))
}
