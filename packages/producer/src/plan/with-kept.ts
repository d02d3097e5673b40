import { isEmpty, valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import { fingerprint, type AttributeValue, type UserAttributes } from '@provisioner/shared/desired.ts'
import { PRESENCE, type Kept } from '@provisioner/shared/ledger/undone.ts'
import { valuesOf } from './choose-values.ts'
import type { RemovalCause, WantedUser } from './wanted-user.ts'
import type { UserPolicy } from './user-policy.ts'

/** How the guard's list names the removal of a user whose creation or restoration was undone. */
export const UNDONE = 'undone'

/** What an entry says of one thing, as a fingerprint; undefined where it can't be told, as of what nobody maps. */
export function saidOf(user: WantedUser, name: string): string | undefined {
  if (name === PRESENCE) return user.disabled === 'unknown' ? undefined : statusSaid(user.disabled)
  const values = [...valuesOf(user, name), ...(user.lookups?.[name] ?? [])]
  if (values.some((value) => !isEmpty(value))) return fingerprint(values.map((value) => fingerprint(value)).sort())
  return isSaidEmpty(user, name) ? fingerprint([]) : undefined
}

/** The same of a status alone. */
export function statusSaid(disabled: boolean): string {
  return disabled ? 'disabled' : 'active'
}

function isSaidEmpty({ empty, attributes }: WantedUser, name: string): boolean {
  return empty.includes(name) || valueOf(attributes, name) !== undefined
}

/**
 * The user as they are to be, given what was undone of them:
 *
 *   kept                 | the user is planned as if the entry
 *   ---------------------|------------------------------------------------------------------------
 *   presence: active     | were not disabled, and we had suspended them: a ledger that was lost does not know that
 *   presence: suspended  | were disabled, and `users.remove.disabled` were `suspend`
 *   an attribute, with a | said that value, and nothing else
 *   value                |
 *   an attribute, null   | left it empty
 *   role                 | the same; it is lowered where that was undone, whatever `allowDowngrade` says
 */
export function withKept(user: WantedUser, kept: Readonly<Record<string, Kept>>): WantedUser {
  let after = user
  const names = Object.keys(kept).filter((name) => name !== PRESENCE)
  for (const name of names) after = withAttribute(after, name, kept[name]!.to)
  const presence = kept[PRESENCE]?.to
  const undone = [
    ...(presence === 'suspended' ? (['presence'] as const) : []),
    ...(names.includes('role') ? (['role'] as const) : []),
  ]
  return {
    ...after,
    ...(presence !== undefined && { disabled: presence !== 'active' }),
    ...(presence === 'active' && { keptActiveSince: kept[PRESENCE]!.at }),
    ...(undone.length > 0 && { undone }),
  }
}

/** The policy by which a user is planned of whom something was undone. */
export function policyOf<P extends Pick<UserPolicy, 'remove' | 'allowDowngrade'>>(user: WantedUser, policy: P): P {
  if (!user.undone) return policy
  return {
    ...policy,
    ...(user.undone.includes('presence') && { remove: suspending(policy.remove) }),
    ...(user.undone.includes('role') && { allowDowngrade: true }),
  }
}

type Removals = Readonly<Record<RemovalCause, 'suspend' | 'delete' | 'ignore'>>

function suspending(remove: Removals): Removals {
  return { ...remove, disabled: 'suspend' }
}

function withAttribute(user: WantedUser, name: string, value: AttributeValue): WantedUser {
  const { alternatives, partial, lookups, ...rest } = user
  const others = { alternatives: without(alternatives, name), lookups: without(lookups, name) }
  const sets = partial?.filter((one) => one !== name)
  const isGone = isEmpty(value)
  return {
    ...rest,
    ...(name === 'email' && !isGone && { email: String(value) }),
    attributes: withValue(user.attributes, name, isGone ? undefined : value),
    empty: isGone ? [...new Set([...user.empty, name])] : user.empty.filter((one) => one !== name),
    createOnly: user.createOnly.filter((one) => one !== name),
    ...(others.alternatives && { alternatives: others.alternatives }),
    ...(others.lookups && { lookups: others.lookups }),
    ...(sets && sets.length > 0 && { partial: sets }),
  }
}

function without<T>(some: Readonly<Record<string, T>> | undefined, name: string): Record<string, T> | undefined {
  if (!some) return undefined
  const { [name]: _gone, ...rest } = some
  return Object.keys(rest).length > 0 ? rest : undefined
}

/**
 * A user whom no entry in scope has, and who stays all the same: as Zendesk holds them, or as they were before they
 * were deleted there.
 */
export function withoutEntry(
  { id, dn, label, attributes }: { id: string; dn: string; label: string; attributes: UserAttributes },
  kept: Readonly<Record<string, Kept>>,
): WantedUser {
  const email = typeof attributes['email'] === 'string' ? attributes['email'] : label
  const held = Object.fromEntries(Object.entries(attributes).filter(([, value]) => !isEmpty(value)))
  return withKept(
    { id, dn, email, disabled: false, attributes: held, empty: [], createOnly: [], tagsMode: 'merge' },
    kept,
  )
}
