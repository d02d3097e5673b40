import { membershipSides } from '@provisioner/shared/entity.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import { withoutAttributes } from '../plan/guarded-parts.ts'
import type { Change, EntityPlan } from '../plan/change.ts'

/** The users whom a plan spares, and why. */
export interface Protection {
  /** Zendesk ids that are known to be protected → the pattern of `accounts.*.protect`. */
  readonly known: ReadonlyMap<number, string>
  readonly protection: Pick<ProtectedUsers, 'byAddress'>
  /**
   * Collects the users whose protection is told by their address, so that it follows them when they get another one.
   */
  readonly followed: Map<number, string>
  /** Zendesk's id of the user whose credentials we use; null when nobody asked. */
  readonly apiUserId: number | null
}

/** What is known of the user whom a plan is about. */
export interface KnownUser {
  readonly applied: UserAttributes
  readonly zendeskId: number | null
}

/**
 * Takes out of a plan what must not be done to its user, and reports it. Zendesk itself shields the account's owner,
 * whom its API does not name.
 *
 *   user                        | what is taken out
 *   ----------------------------|-------------------------------------------------
 *   protected                   | every change
 *   whose credentials are used  | a suspension, a deletion; of an update the lower role
 *   anybody else                | nothing
 */
export function shield(plan: EntityPlan, known: KnownUser, protection: Protection): EntityPlan {
  const { change, ...rest } = plan
  if (known.zendeskId === null) return plan
  const pattern = patternOf(known, protection)
  if (change?.kind !== 'user') return plan
  if (pattern !== undefined) return { ...rest, problems: [...plan.problems, spared(change, known, pattern)] }
  return known.zendeskId === protection.apiUserId ? spare(plan, known.applied, OWN) : plan
}

const OWN = {
  code: 'USER_PROTECTED',
  why: "is the user of the account's own credentials",
  todo: 'Give the provisioner credentials of a user of its own that no directory manages',
}

/**
 * The plan without what its user would lose, and a problem that says so. A plan that takes nothing away stays as it is.
 */
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

/** The pattern that protects a user; undefined for anybody else. */
export function patternOf(
  { applied, zendeskId }: KnownUser,
  { known, protection, followed }: Pick<Protection, 'known' | 'protection' | 'followed'>,
): string | undefined {
  const noted = zendeskId === null ? undefined : known.get(zendeskId)
  if (noted !== undefined) return noted
  const email = applied['email']
  const pattern = protection.byAddress(typeof email === 'string' ? email : null)
  if (pattern !== undefined && zendeskId !== null) followed.set(zendeskId, pattern)
  return pattern
}

/**
 * The membership changes of users who are not protected, and what is reported of the others.
 *
 * @param entries ids of users as memberships name them: directory ids, and `zendesk-4711` → the pattern
 */
export function shieldMembers(
  changes: readonly Change[],
  entries: ReadonlyMap<string, string>,
): { changes: Change[]; problems: Problem[] } {
  if (entries.size === 0) return { changes: [...changes], problems: [] }
  const patternFor = (change: Change) => entries.get(membershipSides(change.id).userId)
  return {
    changes: changes.filter((change) => patternFor(change) === undefined),
    problems: changes.flatMap((change) => {
      const pattern = patternFor(change)
      return pattern === undefined ? [] : [problemOf(change, change.label, pattern)]
    }),
  }
}

/** The update without the lower role; undefined when nothing else is in it, or when it is no update. */
function withoutDowngrade(change: Change, applied: UserAttributes): Change | undefined {
  if (change.operation !== 'update user' && change.operation !== 'restore user') return undefined
  const { removal: _removal, ...kept } = change
  return withoutAttributes(kept, ['role', 'custom_role_id'], applied)
}

function spared(change: Change, { applied }: KnownUser, pattern: string): Problem {
  return problemOf(change, String(applied['email'] ?? change.label), pattern)
}

function problemOf({ kind, id, dn, operation, changed }: Change, whom: string, pattern: string): Problem {
  const of = changed.length > 0 ? ` (${changed.join(', ')})` : ''
  return {
    code: 'USER_PROTECTED',
    subject: kind,
    id,
    dn,
    what: `'${whom}' is protected (accounts.*.protect: '${pattern}') and stays as it is; not done: ${operation}${of}`,
    todo: 'Nothing, if this is meant; else take the pattern out of accounts.*.protect',
  }
}
