import type { FirstPlan, FirstRun } from '@provisioner/shared/ledger/cycle-state.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'

/**
 * How many of a category the first plan covers: those that an admin approved with it. One that nobody is asked about
 * (`firstRun: apply`) gives what the mapping says, and takes no more away than any other plan.
 */
export function coveredByFirstPlan(
  { status, plan }: { readonly status: FirstRun; readonly plan: FirstPlan | undefined },
  policy: 'approve' | 'apply',
): (category: GuardCategory) => number {
  if (status === 'approved') return (category) => plan?.guarded[category] ?? 0
  const applies = status === 'new' && policy === 'apply'
  return (category) => (applies && /^(promotions|creations|updates:)/.test(category) ? Infinity : 0)
}
