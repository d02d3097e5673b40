import type { Account } from '../account.ts'
import type { IdentityRecord, UserRecord } from '../records.ts'
import { notFound } from '../refusal.ts'

/** The user of this id who is not deleted. */
export function activeUser(account: Account, id: number): UserRecord {
  const user = account.users.get(id)
  if (!user?.active) throw notFound()
  return user
}

export function identitiesOf(account: Account, userId: number): IdentityRecord[] {
  return account.identities.by('user', userId).sort((one, other) => Number(other.primary) - Number(one.primary))
}

export function primaryEmail(account: Account, userId: number): IdentityRecord | undefined {
  return account.identities.by('user', userId).find((one) => one.type === 'email' && one.primary)
}

/** Whoever has the address, as a secondary one also. */
export function ownerOfEmail(account: Account, email: string): UserRecord | undefined {
  const identity = account.identities.by('value', email.toLowerCase()).find((one) => one.type === 'email')
  return identity && account.users.get(identity.user_id)
}

export function isTeamMember(user: UserRecord): boolean {
  return user.active && user.role !== 'end-user'
}

/** Agents and admins take a seat, suspended ones as well; light agents and contributors do not. */
export function takesSeat(account: Account, user: UserRecord): boolean {
  const type = roleType(account, user)
  return isTeamMember(user) && type !== 1 && type !== 3
}

export function roleType(account: Account, user: UserRecord): number | null {
  if (user.custom_role_id === null)
    return user.role === 'admin' && account.settings.plan.startsWith('enterprise') ? 4 : null
  return account.customRoles.get(user.custom_role_id)?.role_type ?? null
}
