import { changedAttributes } from '@provisioner/shared/changed-attributes.ts'
import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import { isWhole, type Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import { isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { losesSeat, sendsSeat } from '@provisioner/shared/loses-seat.ts'
import { withoutSeatOnly } from '@provisioner/shared/team-only.ts'
import type { UserPolicy } from './user-policy.ts'

/**
 * What Zendesk holds of the seat of somebody who is back, at the least: what a suspension has sent that waits, or whose
 * answer is not recorded, may have taken it.
 */
export function seatAtLeast(held: UserAttributes, record: UserRecord | undefined): UserAttributes {
  if (!record) return held
  const isWaiting = record.revision > record.appliedRevision && losesSeat(record)
  if (!isWaiting && !sendsSeat(record.unconfirmed)) return held
  return { ...withoutSeatOnly(held), role: 'end-user', custom_role_id: null }
}

/**
 * The same as if they had their seat as before, so that a role which the mapping alone does not lower is kept as it
 * would have been. Whose seat was not taken after all is as Zendesk holds them. An admin is an agent again, unless the
 * mapping may make admins.
 */
export function withEntitlements(
  held: UserAttributes,
  entitlements: Entitlements | undefined,
  { allowAdmin }: Pick<UserPolicy, 'allowAdmin'>,
): UserAttributes {
  if (!entitlements || !isWhole(entitlements)) return held
  const { custom_role_id: customRole = null, ...attributes } = entitlements.attributes
  const hasSeat = changedAttributes({ role: attributes['role']!, custom_role_id: customRole }, held).length === 0
  if (hasSeat) return held
  const role = attributes['role'] === 'admin' && !allowAdmin ? 'agent' : attributes['role']!
  return { ...held, ...attributes, role, custom_role_id: customRole }
}

/**
 * What they shall have: what the entry says, and of what they had before what the entry says nothing of. Who comes
 * back as an end user gets none of that.
 *
 * @param before what {@link withEntitlements} made of `held`
 */
export function givenBack(wanted: UserAttributes, before: UserAttributes, held: UserAttributes): UserAttributes {
  if (before === held) return wanted
  const role = wanted['role'] ?? before['role']
  if (!isTeamRole(role)) return wanted
  const names = Object.keys(before).filter((name) => before[name] !== held[name])
  return { ...Object.fromEntries(names.map((name) => [name, before[name]!])), ...wanted }
}

/** The names of what is given back and that the mapping does not speak of; roles are always minded. */
export function unmapped(attributes: UserAttributes, planned: UserAttributes): Pick<DesiredUser, 'givenBack'> {
  const isOfNobody = (name: string) => planned[name] === undefined && name !== 'role' && name !== 'custom_role_id'
  const names = Object.keys(attributes).filter(isOfNobody)
  return names.length === 0 ? {} : { givenBack: names }
}
