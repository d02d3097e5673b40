import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue, DesiredUser } from '@provisioner/shared/desired.ts'
import type { EntityPlan } from '../plan/change.ts'
import { planUser } from '../plan/plan-user.ts'
import type { UserPolicy } from '../plan/user-policy.ts'
import type { DriftedUser } from './audit-users.ts'
import type { DirectoryPicture } from './directory-picture.ts'

/** An attribute of a user that somebody changed in Zendesk. */
export interface DriftedAttribute {
  readonly name: string
  readonly held: AttributeValue | undefined
  readonly wanted: AttributeValue | undefined
  /** Set when it was set right so often that it is not any more. */
  readonly isGivenUp?: boolean
}

/** A user in whom somebody has changed managed attributes, and a plan does not set all of them right. */
export interface ToldDrift {
  readonly user: Pick<DriftedUser, 'id' | 'dn' | 'label'>
  readonly attributes: readonly DriftedAttribute[]
}

/** What becomes of what somebody changed in Zendesk. */
export interface DriftPlan {
  /** User id → the attributes that the plan sets right. */
  readonly repaired: ReadonlyMap<string, readonly DriftedAttribute[]>
  readonly told: readonly ToldDrift[]
}

/**
 * Which of the changed attributes are managed: those that a plan would write were they all to be set right. A plan that
 * has a change of them sets them right; what is left is told.
 */
export function planDrift({
  drifted,
  candidates,
  plans,
  policy,
}: {
  readonly drifted: ReadonlyMap<string, DriftedUser>
  readonly candidates: DirectoryPicture['candidates']
  readonly plans: ReadonlyMap<string, EntityPlan>
  readonly policy: UserPolicy
}): DriftPlan {
  const repaired = new Map<string, readonly DriftedAttribute[]>()
  const told: ToldDrift[] = []
  const writing = { ...policy, actions: { ...policy.actions, update: true } }
  for (const [id, record] of drifted) {
    const wanted = candidates.get(id)
    const whole = wanted && planUser({ wanted, record, found: undefined }, writing).change
    if (!whole) continue
    const managed = record.drift.filter((name) => whole.changed.includes(name))
    const written = new Set(plans.get(id)?.change?.changed)
    const [done, left] = [managed.filter((one) => written.has(one)), managed.filter((one) => !written.has(one))]
    const { attributes } = whole.desired as DesiredUser
    const asDrifted = (name: string): DriftedAttribute => {
      const values = { name, held: valueOf(record.applied.attributes, name), wanted: valueOf(attributes, name) }
      return record.givenUp.includes(name) ? { ...values, isGivenUp: true } : values
    }
    if (done.length > 0) repaired.set(id, done.map(asDrifted))
    if (left.length > 0) told.push({ user: record, attributes: left.map(asDrifted) })
  }
  return { repaired, told }
}
