import type { Account } from '../account.ts'
import { invalid } from '../refusal.ts'
import type { Role, UserRecord } from '../records.ts'
import type { UserBody } from './user-body.ts'

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
  const { role = user.role, custom_role_id: custom } = body
  if (role !== 'end-user' && role !== 'agent' && role !== 'admin')
    throw invalid('role', 'Role: is invalid', 'InvalidValue')
  const named = custom === undefined || custom === null || custom === '' ? null : Number(custom)
  if (named !== null && !account.customRoles.get(named))
    throw invalid('custom_role_id', 'Custom role: is invalid', 'InvalidValue')
  if (role === 'admin') return { role, customRoleId: null }
  if (named !== null) return { role: 'agent', customRoleId: named }
  if (role === 'end-user') return { role, customRoleId: null }
  return { role, customRoleId: custom === undefined ? user.custom_role_id : null }
}
