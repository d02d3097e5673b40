import type { DesiredUser } from '@provisioner/shared/desired.ts'
import { withValue } from '@provisioner/shared/changed-attributes.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import picomatch from 'picomatch'
import type { EntityPlan } from '../plan/change.ts'

/** Whether an email address matches one of the patterns of `accounts.*.protect`; `*` stands for anything. */
export function isProtected(email: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    picomatch.isMatch(email, pattern, { nocase: true, dot: true, noextglob: true, nobrace: true }),
  )
}

/** The users that are never suspended, lowered or deleted, and why. */
export interface Protection {
  readonly patterns: readonly string[]
  /** Zendesk's id of the user whose credentials we use; null when nobody asked. */
  readonly apiUserId: number | null
}

/**
 * Takes what a protected user would lose out of a plan, and reports it: a suspension or deletion as a whole, of an
 * update the lower role. Zendesk itself shields the account's owner, whom its API does not name.
 */
export function shield(
  plan: EntityPlan,
  { applied, zendeskId }: { applied: UserAttributes; zendeskId: number | null },
  { patterns, apiUserId }: Protection,
): EntityPlan {
  const change = plan.change
  if (!change?.removal || change.kind !== 'user') return plan
  const email = String(applied['email'] ?? change.label)
  const isOwn = apiUserId !== null && zendeskId === apiUserId
  if (!isOwn && !isProtected(email, patterns)) return plan
  const why = isOwn ? "is the user of the account's own credentials" : 'is protected (accounts.*.protect)'
  const todo = isOwn
    ? 'Give the provisioner credentials of a user of its own that no directory manages'
    : 'Nothing, if this is meant; else take the pattern out of accounts.*.protect'
  return spare(plan, applied, { code: 'USER_PROTECTED', why, todo })
}

/** The plan without what its user would lose, and a problem that says so. A plan that takes nothing away stays as it is. */
export function spare(
  plan: EntityPlan,
  applied: UserAttributes,
  {
    code,
    why,
    todo,
  }: { readonly code: string; /** Follows the user's address. */ readonly why: string; readonly todo: string },
): EntityPlan {
  const { change, ...rest } = plan
  if (!change?.removal) return plan
  const { id, dn, label, operation, removal } = change
  const what = `'${String(applied['email'] ?? label)}' ${why} and stays as it is: ${operation}, ${removal.cause}`
  const kept = withoutDowngrade(change, applied)
  const problem = { code, subject: 'user' as const, id, dn, what, todo }
  return { ...rest, ...(kept && { change: kept }), problems: [...plan.problems, problem] }
}

/** The update without the lower role; undefined when nothing else is in it, or when it is no update. */
function withoutDowngrade(change: NonNullable<EntityPlan['change']>, applied: UserAttributes) {
  const desired = change.desired as DesiredUser
  if (desired.presence !== 'active' || change.operation === 'delete user') return undefined
  const changed = change.changed.filter((name) => name !== 'role' && name !== 'custom_role_id')
  if (changed.length === 0) return undefined
  const attributes = withValue(
    withValue(desired.attributes, 'role', applied['role']),
    'custom_role_id',
    applied['custom_role_id'],
  )
  const { removal: _removal, ...rest } = change
  return { ...rest, changed, desired: { ...desired, attributes } }
}
