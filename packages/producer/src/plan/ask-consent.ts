import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import type { Change } from './change.ts'

/** Why what groups say may not be all, by what depends on it; absent where they can be trusted. */
export interface GroupDoubt {
  /** Who is in scope: a group of `users.locations`. */
  readonly scope?: string | undefined
  /** Which groups are managed: a group of `groups.locations`. */
  readonly managed?: string | undefined
  /** Roles, custom roles and brands: a group of `byGroup`. */
  readonly roles?: string | undefined
}

/** What decides on a change that takes something away; undefined for any other. */
export function decidedBy({ kind, operation }: Change, isPresent: boolean): keyof GroupDoubt | undefined {
  if (kind === 'group') return 'managed'
  if (!isPresent) return 'scope'
  return operation === 'update user' || operation === 'restore user' ? 'roles' : undefined
}

/**
 * A change that takes something away because a group reads as having no members, which may only seem so, is asked for
 * one by one. (Memberships are asked for where they are planned.)
 *
 *   change                              | while in doubt is
 *   ------------------------------------|------------------
 *   user suspended or deleted, absent   | who is in scope
 *   user lowered, custom role or a brand taken | roles
 *   group deleted                       | which are managed
 *
 * @param present whether the directory has the user in scope
 */
export function askConsent(
  change: Change,
  doubt: GroupDoubt,
  { present, applied }: { present: boolean; applied: UserAttributes },
): Change {
  const decider = change.kind === 'membership' ? undefined : decidedBy(change, present)
  const because = decider && doubt[decider]
  if (because === undefined) return change
  const { removal = takesCustomRole(change, applied) ?? takesBrand(change, applied), cleared } = change
  if (!removal) return change
  const asked = { ...removal, cause: `${removal.cause}: ${because}` }
  return {
    ...change,
    consent: asked,
    removal: asked,
    // Asked for once: as a removal, and not as a clearing as well.
    cleared: cleared.filter((name) => name !== 'custom_role_id' && name !== 'agent_brand_ids'),
  }
}

function takesBrand({ changed, desired }: Change, applied: UserAttributes): Change['removal'] {
  if (!changed.includes('agent_brand_ids')) return undefined
  const left = ((desired as DesiredUser).attributes['agent_brand_ids'] ?? []) as readonly number[]
  const held = (applied['agent_brand_ids'] ?? []) as readonly number[]
  return held.every((id) => left.includes(id)) ? undefined : { category: 'users', cause: 'brand taken' }
}

function takesCustomRole({ operation, changed }: Change, applied: UserAttributes): Change['removal'] {
  const takes = operation === 'update user' && changed.includes('custom_role_id') && applied['custom_role_id'] != null
  return takes ? { category: 'users', cause: 'custom role taken' } : undefined
}
