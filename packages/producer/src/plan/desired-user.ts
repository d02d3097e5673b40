import { withHeldRole, withoutCreateOnly } from '@provisioner/shared/adoption/keep-on-adoption.ts'
import type { DesiredUser, Presence, UserAttributes } from '@provisioner/shared/desired.ts'
import { isEmpty, valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import { isLowerRole } from '@provisioner/shared/role-rank.ts'
import { ofRole } from '@provisioner/shared/team-only.ts'
import { clearingValue } from '../mapping/clearing.ts'
import type { WantedUser } from './wanted-user.ts'

export interface AttributePolicy {
  /** A lower role is written only with this, and never on adoption. */
  readonly allowDowngrade: boolean
}

/**
 * The attributes a linked user should have, given what Zendesk holds.
 *
 * Create-only attributes are left alone, an empty one becomes `null` where Zendesk has a value, a role is not lowered
 * unless allowed. On adoption (`adopting`) nothing is cleared and no role lowered, as in `keepOnAdoption`; what the
 * entry does not have is not planned. An external id that an adopted user brought along is kept for good. Of a set that
 * the entry names in part only, nothing is taken away. What only team members have is left out of an end user's.
 */
export function desiredAttributes(
  wanted: WantedUser,
  applied: UserAttributes,
  { allowDowngrade }: AttributePolicy,
  { adopting, adopted }: { adopting: boolean; adopted: boolean },
): { attributes: UserAttributes; cleared: string[]; roleKept: boolean; externalIdKept: boolean } {
  let attributes = withoutCreateOnly(wanted.attributes, wanted.createOnly)
  for (const name of wanted.partial ?? []) attributes = withHeldOf(attributes, name, applied)

  const cleared: string[] = []
  for (const name of wanted.empty) {
    const empty = clearingValue(name)
    if (adopting || empty === undefined || wanted.createOnly.includes(name)) continue
    const held = valueOf(applied, name)
    if (held === undefined) continue
    attributes = withValue(attributes, name, empty)
    if (!isEmpty(held)) cleared.push(name)
  }

  const roleKept = isLowerRole(attributes['role'], applied['role']) && (adopting || !allowDowngrade)
  if (roleKept) attributes = withHeldRole(attributes, applied)

  const externalId = applied['external_id']
  const externalIdKept =
    adopted && !isEmpty(externalId) && !isEmpty(attributes['external_id']) && externalId !== attributes['external_id']
  if (externalIdKept) attributes = withValue(attributes, 'external_id', externalId)

  attributes = ofRole(attributes, attributes['role'] ?? applied['role'])
  return { attributes, cleared, roleKept, externalIdKept }
}

/**
 * The attributes with what Zendesk holds of a set put beside the entry's. While nobody knows what it holds, as of a
 * user who is just adopted, the set is left alone: what it lacks would be taken away.
 */
function withHeldOf(attributes: UserAttributes, name: string, applied: UserAttributes): UserAttributes {
  const [ours, held] = [attributes[name], applied[name]] as (readonly number[] | null | undefined)[]
  if (ours === undefined || ours === null) return attributes
  const both = held && [...new Set([...ours, ...held])].sort((a, b) => a - b)
  return withValue(attributes, name, both ?? undefined)
}

/** A user as they are to be created: everything that has a value, create-only attributes included. */
export function desiredForCreation(wanted: WantedUser, presence: Presence): DesiredUser {
  const attributes = Object.values(wanted.attributes).some(isEmpty)
    ? Object.fromEntries(Object.entries(wanted.attributes).filter(([, value]) => !isEmpty(value)))
    : wanted.attributes
  return { presence, attributes: ofRole(attributes), createOnly: wanted.createOnly, tagsMode: wanted.tagsMode }
}
