import { isEmpty, valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue, UserAttributes } from '@provisioner/shared/desired.ts'
import { isTeamRole, type AppliedUser, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WRITE_ONLY } from '@provisioner/shared/write-only.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { isAsWritten, OF_AGENTS } from './as-zendesk-shows.ts'

/**
 * What full cycles set right in any case, whatever `drift` says: who a user is, and what they may do. These are
 * compared by `audit-users.ts`.
 */
export const ALWAYS_REPAIRED = ['email', 'role', 'external_id'] as const

/**
 * The attributes of a linked user with what Zendesk shows in place of what was written, where somebody else has changed
 * it; the very ones that were written when nobody has.
 *
 *   attribute                              | compared
 *   ---------------------------------------|------------------------------------------------------------------
 *   email, role, external_id               | not here, see `ALWAYS_REPAIRED`
 *   what nobody wrote                      | no: it was never ours
 *   what was sent with a creation alone    | no: it is left alone from then on
 *   what Zendesk does not show             | no: brands, organizations, photos (`WRITE_ONLY`)
 *   of agents alone, of who is none        | no: Zendesk keeps none (`OF_AGENTS`)
 *   custom role, restriction, of admins    | no: an admin's role says it all
 *   tags, merged                           | those that were written: others are others' own
 *   tags, replaced                         | all, but for those that a drop-down of the user's fields brings along
 *   each user field that was written       | by itself
 *   any other that was written             | yes
 */
export function driftOf(
  user: User,
  { applied, desired, unconfirmed }: Pick<UserRecord, 'desired' | 'unconfirmed'> & { readonly applied: AppliedUser },
): UserAttributes {
  const written = applied.attributes
  const shown = user as unknown as UserAttributes
  const isLeftAlone = (name: string) => desired?.createOnly.includes(name) || unconfirmed.includes(name)
  const isCompared = (name: string) => {
    if (isLeftAlone(name) || WRITE_ONLY.has(name) || (ALWAYS_REPAIRED as readonly string[]).includes(name)) return false
    if (name === 'custom_role_id' || name === 'ticket_restriction') return user.role === 'agent'
    return !OF_AGENTS.has(name) || isTeamRole(user.role ?? undefined)
  }
  let held = written
  for (const name of namesOf(written)) {
    const [before, now] = [valueOf(written, name)!, valueOf(shown, name)]
    if (now === undefined || !isCompared(name)) continue
    if (name === 'tags') held = withValue(held, name, tagsHeld(user, before, desired?.tagsMode ?? 'merge'))
    else if (!isAsWritten(name, before, now)) held = withValue(held, name, now)
  }
  return held
}

function namesOf({ user_fields: fields, ...attributes }: UserAttributes): string[] {
  return [...Object.keys(attributes), ...Object.keys((fields ?? {}) as object).map((key) => `user_fields.${key}`)]
}

function tagsHeld(
  { tags, user_fields: fields }: User,
  written: AttributeValue,
  mode: 'merge' | 'replace',
): AttributeValue {
  const ours = isEmpty(written) ? [] : (written as readonly string[])
  const shown = new Set((tags ?? []).map((tag) => tag.toLowerCase()))
  if (mode === 'merge') return ours.every((tag) => shown.has(tag)) ? written : ours.filter((tag) => shown.has(tag))
  // In tickets the option of a drop-down is a tag as well; whether in users, nobody recorded.
  const options = new Set(Object.values(fields ?? {}).map((value) => String(value).toLowerCase()))
  const held = [...shown].filter((tag) => ours.includes(tag) || !options.has(tag)).sort()
  return isAsWritten('tags', written, held) ? written : held
}
