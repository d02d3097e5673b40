import type { AttributeValue } from '@provisioner/shared/desired.ts'

import type { Trace } from './trace.ts'

/**
 * Makes role and custom role agree; Zendesk knows custom roles for agents only, and admins may do everything already.
 *
 *   role            | custom role | becomes
 *   ----------------|-------------|----------------------
 *   end-user, –     | Team lead   | agent, Team lead
 *   agent           | Team lead   | as it is
 *   admin           | Team lead   | admin, no custom role
 *   admin and others| Team lead   | agent, Team lead: whichever stands first, and the least of them
 *   any             | –           | as it is
 */
export function reconcileRoles(
  attributes: Record<string, AttributeValue>,
  alternatives: Record<string, readonly AttributeValue[]> = {},
  trace?: Trace,
): void {
  if (attributes['custom_role'] === undefined) return
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
}
