import type { Account } from '../account.ts'
import { refuseUnfit } from '../refusal.ts'
import type { Role, UserRecord } from '../records.ts'
import type { UserBody } from './user-body.ts'

const ROLES: readonly Role[] = ['end-user', 'agent', 'admin']

/**
 *   role      | custom_role_id | becomes
 *   ----------|----------------|--------------------------
 *   end-user  | an id          | agent of that role
 *   –         | an id          | agent of that role; an admin stays one
 *   end-user  | – or null      | end-user
 *   agent     | –              | agent; the custom role stays if there was one
 *   agent     | null           | agent without
 *   admin     | any            | admin
 */
export function readRole(
  account: Account,
  body: UserBody,
  user: UserRecord,
): { role: Role; customRoleId: number | null } {
  const { custom_role_id: custom } = body
  const role = ROLES.find((one) => one === body['role']) ?? user.role
  if (body['role'] !== undefined && body['role'] !== role) refuseUnfit(account, 'role', 'Role: is invalid')
  const asked = custom === undefined || custom === null || custom === '' ? null : Number(custom)
  const named = asked !== null && account.customRoles.get(asked) ? asked : null
  if (asked !== named) refuseUnfit(account, 'custom_role_id', 'Custom role: is invalid')
  if (role === 'admin') return { role, customRoleId: null }
  if (named !== null) return { role: 'agent', customRoleId: named }
  if (role === 'end-user') return { role, customRoleId: null }
  return { role, customRoleId: custom === undefined || asked !== named ? user.custom_role_id : null }
}
