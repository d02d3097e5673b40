import { formatEntityMember, parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import type { CyclePlan } from './cycle-plan.ts'

/**
 * The plan of some entities alone: `isOne` says which, by `kind|id`. The others are as if nobody had planned them, so
 * that the next cycle plans them anew.
 */
export function onlyThese(plan: CyclePlan, isOne: (member: string) => boolean): { plan: CyclePlan; leftOut: number } {
  const all = new Set([...plan.released, ...plan.links].map(formatEntityMember))
  const out = new Set([...all].filter((member) => !isOne(member)))
  if (out.size === 0) return { plan, leftOut: 0 }
  const isIn = (one: EntityName) => !out.has(formatEntityMember(one))
  const users = [...out].map(parseEntityMember).flatMap(({ kind, id }) => (kind === 'user' ? [id] : []))
  const isUserIn = ([id]: readonly [string, unknown]) => isIn({ kind: 'user', id })
  return {
    leftOut: out.size,
    plan: {
      ...plan,
      released: plan.released.filter(isIn),
      links: plan.links.filter(isIn),
      counted: plan.counted.filter(({ change }) => isIn(change)),
      approvals: plan.approvals.filter(({ of }) => isIn(of)),
      drift: new Map([...plan.drift].filter(isUserIn)),
      answered: new Map([...plan.answered].filter(isUserIn)),
      unanswered: [...plan.unanswered, ...users],
    },
  }
}
