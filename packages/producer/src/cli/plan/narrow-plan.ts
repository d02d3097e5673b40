import { membershipSides } from '@provisioner/shared/entity.ts'
import { parseHeldKey, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'
import { normaliseDn } from '../../directory/dn.ts'

/** Whom of a plan somebody wants to see. */
export interface Whom {
  readonly kind: 'user' | 'group'
  readonly id: string | undefined
  readonly dn: string
}

/** What of a plan somebody wants to see: all that fits everything here. */
export interface PlanFilter {
  /** A user with their memberships, a group with its members. */
  readonly whom?: Whom | undefined
  /** Operations: `create`, or `create user` in full. */
  readonly only?: readonly string[] | undefined
}

export function isNarrowed({ whom, only }: PlanFilter): boolean {
  return whom !== undefined || only !== undefined
}

/** The part of a plan that fits a filter. What is said of the plan as a whole stays. */
export function narrowPlan(plan: CyclePlan, filter: PlanFilter): CyclePlan {
  if (!isNarrowed(filter)) return plan
  const fits = (one: EntityName, operation: string) => isOf(one, filter.whom) && isOne(operation, filter.only)
  const sorted = <T extends Pick<CyclePlan, 'released' | 'links' | 'held'>>(part: T): T => ({
    ...part,
    released: part.released.filter((change) => fits(change, change.operation)),
    links: part.links.filter((link) => fits(link, `link ${link.kind}`)),
    held: part.held.filter(({ key, operation }) => fits(parseHeldKey(key), operation)),
  })
  return { ...sorted(plan), ifApproved: plan.ifApproved && sorted(plan.ifApproved) }
}

/** Whether a problem is of whom somebody wants to see; with operations alone asked for, none is. */
export function isProblemOf({ subject, id, dn }: Problem, { whom, only }: PlanFilter): boolean {
  if (only !== undefined) return false
  if (whom === undefined) return true
  const isNamed = dn !== undefined && normaliseDn(dn) === normaliseDn(whom.dn)
  return (
    isNamed ||
    ((subject === 'user' || subject === 'group' || subject === 'membership') && isOf({ kind: subject, id }, whom))
  )
}

function isOf({ kind, id }: EntityName, whom: Whom | undefined): boolean {
  if (whom === undefined) return true
  if (whom.id === undefined) return false
  if (kind !== 'membership') return kind === whom.kind && id === whom.id
  if (!id.includes('~')) return false
  const { groupId, userId } = membershipSides(id)
  return whom.id === (whom.kind === 'user' ? userId : groupId)
}

function isOne(operation: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((one) => operation === one || operation.startsWith(`${one} `))
}
