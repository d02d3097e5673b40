import type { EntityPlan } from '../plan/change.ts'
import { IDENTITY } from '../plan/guarded-parts.ts'
import type { UsersPlan } from './plan-users.ts'

/**
 * Linked users whom a plan gives another name or address and who are no admins by the ledger: directory id → Zendesk id.
 * Somebody may have promoted them since, and the last full cycle may be a day ago: their role has to be asked.
 */
export function renamedUsers(plans: Iterable<EntityPlan>, { heldOf }: Pick<UsersPlan, 'heldOf'>): Map<string, number> {
  const renamed = new Map<string, number>()
  for (const { change, link } of plans) {
    if (change?.kind !== 'user' || link || !change.changed.some((name) => IDENTITY.includes(name))) continue
    const { applied, zendeskId } = heldOf(change.id)
    if (zendeskId !== null && applied['role'] !== 'admin') renamed.set(change.id, zendeskId)
  }
  return renamed
}
