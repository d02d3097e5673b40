import type { FirstPlan } from '@provisioner/shared/ledger/cycle-state.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import type { FirstRunState } from '@provisioner/shared/ledger/ledger-reader.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'

/** Whether a plan made now is a first one, of which nothing goes out but what was approved by name. */
export function isFirstPlanHeld({ status }: Pick<FirstRunState, 'status'>, policy: 'approve' | 'apply'): boolean {
  return policy === 'approve' && (status === 'new' || status === 'waiting')
}

/**
 * How many of a category the first plan covers: those that an admin approved with it. One that nobody is asked about
 * (`firstRun: apply`) gives what the mapping says, and takes no more away than any other plan.
 */
export function coveredByFirstPlan(
  { status, approval }: FirstRunState,
  policy: 'approve' | 'apply',
): (category: GuardCategory) => number {
  if (status === 'approved') return (category) => approval?.plan.guarded[category] ?? 0
  const applies = status !== 'done' && policy === 'apply'
  return (category) => (applies && /^(promotions|creations|updates:)/.test(category) ? Infinity : 0)
}

/** What is left to approve of a first plan that waits; undefined when none does. */
export function firstPlanOf({ ifApproved, held, decided, guarded }: CyclePlan, at: number): FirstPlan | undefined {
  if (!ifApproved) return undefined
  return {
    at,
    changes: countBy(ifApproved.released, (change) => change.operation),
    undecided: countBy(
      held.filter(({ key }) => !decided.has(key)),
      (change) => change.category,
    ),
    guarded,
    adopted: ifApproved.links.filter((link) => link.zendeskId !== null).length,
  }
}
