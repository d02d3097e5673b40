import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { EntityPlan } from '../plan/change.ts'
import { IDENTITY } from '../plan/guarded-parts.ts'

/** Ids per `show_many`. */
const PAGE = 100

/**
 * Of the users whom a plan gives another name or address, those who are admins in Zendesk by now. The ledger knows the role
 * that was written; somebody may have promoted them since, and the last full cycle may be a day ago.
 */
export async function currentAdmins(
  zendesk: Pick<ZendeskClient, 'users'>,
  plans: Iterable<EntityPlan>,
  zendeskIdOf: (userId: string) => number | null,
  signal: AbortSignal,
): Promise<Set<number>> {
  const ids: number[] = []
  for (const { change, link } of plans) {
    if (change?.kind !== 'user' || link || !change.changed.some((name) => IDENTITY.includes(name))) continue
    const id = zendeskIdOf(change.id)
    if (id !== null) ids.push(id)
  }
  const admins = new Set<number>()
  for (let at = 0; at < ids.length; at += PAGE)
    for (const user of await zendesk.users.showMany({ ids: ids.slice(at, at + PAGE) }, { signal }))
      if (user.role === 'admin') admins.add(user.id)
  return admins
}
