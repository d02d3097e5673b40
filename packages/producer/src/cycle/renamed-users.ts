import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { EntityPlan } from '../plan/change.ts'
import { IDENTITY, type Subject } from '../plan/guarded-parts.ts'
import type { UsersPlan } from './plan-users.ts'

/**
 * Linked users whom a plan gives another name or address and who are no admins by the ledger: directory id → Zendesk
 * id. Somebody may have promoted them since, and the last full cycle may be a day ago: their role has to be asked.
 */
export function renamedUsers(
  plans: Iterable<EntityPlan>,
  { knownOf }: Pick<UsersPlan, 'knownOf'>,
): Map<string, number> {
  const renamed = new Map<string, number>()
  for (const { change, link } of plans) {
    if (change?.kind !== 'user' || link || !change.changed.some((name) => IDENTITY.includes(name))) continue
    const { applied, zendeskId } = knownOf(change.id)
    if (zendeskId !== null && applied['role'] !== 'admin') renamed.set(change.id, zendeskId)
  }
  return renamed
}

/** What is known of the users of a plan. @param roles as Zendesk told them, by Zendesk id */
export function subjectsOf(
  { knownOf }: Pick<UsersPlan, 'knownOf'>,
  roles: ReadonlyMap<number, string>,
  apiUserId: number | undefined,
): (id: string) => Subject {
  return (id) => {
    const { applied, zendeskId } = knownOf(id)
    const role = (zendeskId === null ? undefined : roles.get(zendeskId)) ?? applied['role']
    return { applied, privileged: role === 'admin' || (zendeskId !== null && zendeskId === apiUserId) }
  }
}

/** The plan, its other name or address marked as one of an admin's, so that it is written to one. */
export function knowingAdmins(plan: EntityPlan, subjectOf: (id: string) => Subject): EntityPlan {
  const { change } = plan
  if (change?.kind !== 'user' || !change.changed.some((name) => IDENTITY.includes(name))) return plan
  if (!subjectOf(change.id).privileged) return plan
  return { ...plan, change: { ...change, desired: { ...(change.desired as DesiredUser), ofAdmin: true } } }
}
