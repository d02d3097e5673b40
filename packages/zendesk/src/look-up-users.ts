import type { CallOptions } from './transport.ts'
import type { User, UsersApi } from './users.ts'

/** Keys per request of `show_many`. */
const AT_ONCE = 100

/** The part of Zendesk's API that finds users. */
export type UserLookUps = Pick<UsersApi, 'showMany' | 'search'>

/** What an entry finds its user by. */
export interface EntryKeys {
  /** Empty, or not a text, where the entry has none. */
  readonly externalId: unknown
  /** Left out where addresses find nobody (`match: external_id`). */
  readonly email?: unknown
}

/**
 * Finds an entry's user among those that its look-ups gave: by external id first, for that is ours, then by the primary
 * address. Case makes no difference, as in Zendesk. Secondary addresses, and whoever is deleted, find nobody.
 */
export function findByKeys<U extends Pick<User, 'external_id' | 'email' | 'active'>>(
  users: readonly U[],
  { externalId, email }: EntryKeys,
): U | undefined {
  const there = users.filter(isThere)
  return (
    there.find((user) => isSameKey(user.external_id, externalId)) ?? there.find((user) => isSameKey(user.email, email))
  )
}

/** Looks up any number of users by their external ids. Users whom Zendesk does not have are left out. */
export async function usersByExternalId(
  api: Pick<UserLookUps, 'showMany'>,
  externalIds: readonly string[],
  options?: CallOptions,
): Promise<User[]> {
  const users: User[] = []
  for (let at = 0; at < externalIds.length; at += AT_ONCE)
    users.push(...(await api.showMany({ externalIds: externalIds.slice(at, at + AT_ONCE) }, options)))
  return users.filter(isThere)
}

/** Users who are there and have the address, primary or secondary, as far as Zendesk's search shows them. */
export async function usersByAddress(
  api: Pick<UserLookUps, 'search'>,
  email: string,
  options?: CallOptions,
): Promise<User[]> {
  return (await api.search({ email }, options)).filter(isThere)
}

/** Whether a user was not deleted. */
export function isThere({ active }: Pick<User, 'active'>): boolean {
  return active !== false
}

/** Whether a user's address or external id is the one that is looked for. An empty one is nobody's. */
export function isSameKey(held: string | null | undefined, wanted: unknown): boolean {
  return typeof wanted === 'string' && wanted !== '' && held?.toLowerCase() === wanted.toLowerCase()
}
