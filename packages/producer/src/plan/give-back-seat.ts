import { changedAttributes } from '@provisioner/shared/changed-attributes.ts'
import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import { isWhole, type Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'

/**
 * What Zendesk holds of somebody who is back, as if they had their seat as before: a higher role that somebody gave
 * them by hand then is kept now, as it was then. Whose seat was not taken after all is as Zendesk holds them.
 */
export function withEntitlements(held: UserAttributes, entitlements: Entitlements | undefined): UserAttributes {
  if (!entitlements || !isWhole(entitlements)) return held
  const { role, custom_role_id: customRole = null } = entitlements.attributes
  const hasSeat = changedAttributes({ role: role!, custom_role_id: customRole }, held).length === 0
  return hasSeat ? held : { ...held, ...entitlements.attributes, custom_role_id: customRole }
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
