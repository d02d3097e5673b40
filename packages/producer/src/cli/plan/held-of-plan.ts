import { type DecidedChange, decisionOn } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { isHeldOneByOne } from '@provisioner/shared/ledger/held-change.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'

/** What is held, with its decisions; of a first plan, which is held as a whole, what would be held of any other too. */
export function worthALook({ held, ifApproved, decisions, measures }: CyclePlan): DecidedChange[] {
  const decided = held.map((change) => ({ ...change, decision: decisionOn(decisions, change) }))
  if (!ifApproved) return decided
  return decided.filter(
    ({ decision, category }) => decision || isHeldOneByOne(category) || measures[category] !== undefined,
  )
}

/** Why these of a first plan are listed: of three reasons, those that there are. */
export function headingOf(held: readonly DecidedChange[], measures: CyclePlan['measures']): string {
  const reasons = [
    held.some(({ decision }) => decision?.decision === 'rejected') && 'rejected',
    held.some(({ category, decision }) => !decision && isHeldOneByOne(category)) && 'held one by one',
    held.some(({ category, decision }) => !decision && measures[category]) && 'beyond a limit of the guard',
  ].filter((reason) => reason !== false)
  const text = reasons.join(', or ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}:`
}

/** How many new members are approved and not released, for their group or their user is held. */
export function approvedAndWaiting({ decided, decisions, released }: CyclePlan): number {
  const going = new Set(released.map(formatEntityMember))
  return [...decided.values()].filter(
    (change) =>
      change.operation === 'add member' &&
      decisionOn(decisions, change)?.decision === 'approved' &&
      !going.has(change.key),
  ).length
}
