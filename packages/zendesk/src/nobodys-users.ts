import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { User } from './users.ts'

/** Names that are told before the rest is only counted. */
const TOLD = 10

/** Zendesk's `role_type` of light agents and contributors, who take no seat (`UserObject` of its OpenAPI file). */
const SEATLESS: readonly unknown[] = [1, 3]

/** What the ledgers of an account know. */
export interface KnownUsers {
  /** Who has users of these Zendesk ids, in their order; null for nobody. */
  ownersOf(kind: 'user', zendeskIds: readonly number[]): Promise<readonly (OwnerRef | null)[]>
  /** What is known of entries with these directory ids, in their order. */
  records(kind: 'user', ids: readonly string[]): Promise<readonly unknown[]>
}

/**
 * Of Zendesk's users, those who are no entry's of any connection. Who has the external id of an entry is being created.
 */
export async function nobodysUsers(users: readonly User[], known: KnownUsers): Promise<User[]> {
  const owners = await known.ownersOf(
    'user',
    users.map(({ id }) => id),
  )
  const entries = await known.records(
    'user',
    users.map(({ external_id: id }) => id ?? ''),
  )
  return users.filter((_user, i) => owners[i] === null && entries[i] === undefined)
}

/** Whether a user holds one of the account's paid seats; so does who is suspended. */
export function hasSeat({ role, role_type: type }: User): boolean {
  return isTeamRole(role ?? null) && !SEATLESS.includes(type)
}

/** The first of the users by address, with what an admin asks of each, and how many more there are. */
export function nameUsers(users: readonly User[]): string {
  const more = users.length > TOLD ? ` and ${users.length - TOLD} more` : ''
  return `${users.slice(0, TOLD).map(nameOf).join(', ')}${more}`
}

function nameOf({ id, email, name, role, suspended }: User): string {
  const about = [role === 'admin' && 'admin', suspended === true && 'suspended'].filter((word) => word !== false)
  return `${email ?? name ?? `user ${id}`}${about.length > 0 ? ` (${about.join(', ')})` : ''}`
}
