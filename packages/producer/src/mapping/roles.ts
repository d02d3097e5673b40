import type { AttributeValue } from '@provisioner/shared/desired.ts'

import type { Fault } from './fault.ts'
import type { Trace } from './trace.ts'

/**
 * Makes role and custom role agree; Zendesk knows custom roles for agents only, and admins may do everything already.
 * Nobody becomes an admin by a mapping that does not say so: `role.allowAdmin`.
 *
 *   role            | custom role | becomes
 *   ----------------|-------------|---------------------------------------------------------
 *   end-user, –     | Team lead   | agent, Team lead
 *   agent           | Team lead   | as it is
 *   admin, allowed  | Team lead   | admin, no custom role
 *   admin alone     | any         | neither: left alone, and a new user is an end user
 *   admin and others| Team lead   | agent, Team lead: whichever stands first, and the least of them
 *   any             | –           | as it is
 *
 * Returns what is at fault with the role.
 */
export function reconcileRoles(
  attributes: Record<string, AttributeValue>,
  alternatives: Record<string, readonly AttributeValue[]>,
  { allowAdmin }: { readonly allowAdmin: boolean },
  trace?: Trace,
): Fault | undefined {
  if (!allowAdmin && !leaveAdminOut(attributes, alternatives)) {
    trace?.amend('role', 'left alone', undefined, `${adminNotAllowed.code}: ${adminNotAllowed.what('')}`)
    if (attributes['custom_role'] === undefined) return adminNotAllowed
    delete attributes['custom_role']
    delete alternatives['custom_role']
    trace?.amend('custom_role', 'left alone', undefined, 'it comes with a role that is left alone')
    return adminNotAllowed
  }
  if (attributes['custom_role'] === undefined) return undefined
  const severalRoles = alternatives['role'] !== undefined
  delete alternatives['role']
  if (attributes['role'] === 'admin' && !severalRoles) {
    delete attributes['custom_role']
    delete alternatives['custom_role']
    trace?.amend('custom_role', 'left alone', undefined, 'an admin has no custom role')
  } else if (attributes['role'] !== 'agent') {
    attributes['role'] = 'agent'
    trace?.amend('role', 'set', 'agent', 'a custom role makes its bearer an agent')
  }
  return undefined
}

/** Takes `admin` out of an entry's roles. False when it was the only one. */
function leaveAdminOut(
  attributes: Record<string, AttributeValue>,
  alternatives: Record<string, readonly AttributeValue[]>,
): boolean {
  const roles = [attributes['role'] ?? [], alternatives['role'] ?? []].flat()
  if (!roles.includes('admin')) return true
  const [role, ...others] = roles.filter((one) => one !== 'admin')
  delete attributes['role']
  delete alternatives['role']
  if (role === undefined) return false
  attributes['role'] = role
  if (others.length > 0) alternatives['role'] = others
  return true
}

/** Of a role, and of a custom role that is Zendesk's name for one of its admins. */
export const adminNotAllowed: Fault = {
  code: 'ROLE_ADMIN_NOT_ALLOWED',
  what: () =>
    'The mapping makes this entry an admin, which it may not: the role stays what it is in Zendesk, and a new user is an end user',
  todo: 'Set users.map.role.allowAdmin: true if the directory is to say who is an admin; else map another role for the entry',
}
