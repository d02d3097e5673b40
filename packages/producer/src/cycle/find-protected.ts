import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'

/** What a look at Zendesk found out about protected users. */
export interface ProtectedFound {
  /** Zendesk id → the pattern that protects the user. */
  readonly users: ReadonlyMap<number, string>
  /** Addresses that were looked up. */
  readonly lookedUp: readonly string[]
}

/**
 * Looks up the users of addresses that `accounts.*.protect` names, secondary ones included. Returns Zendesk id →
 * address.
 */
export async function findProtected(
  zendesk: Pick<ZendeskClient, 'users'>,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const users = new Map<number, string>()
  for (const address of addresses)
    for (const user of await zendesk.users.search({ email: address }, { signal })) users.set(user.id, address)
  return users
}

/**
 * The pattern that any address of a user matches. Zendesk can't be asked for a pattern with a `*`: the addresses of
 * whoever can harm or be harmed most, team members, are read and compared with it.
 */
export async function patternOfIdentities(
  zendeskId: number,
  { zendesk, protection }: { zendesk: Pick<ZendeskClient, 'identities'>; protection: ProtectedUsers },
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!protection.hasWildcards) return undefined
  const identities = await zendesk.identities.list(zendeskId, { signal })
  return protection.byAddress(...identities.filter(({ type }) => type === 'email').map(({ value }) => value))
}

/** Of team members, those whom a pattern protects by any of their addresses. Returns Zendesk id → pattern. */
export async function findProtectedTeam(
  team: readonly number[],
  sources: { zendesk: Pick<ZendeskClient, 'identities'>; protection: ProtectedUsers },
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const users = new Map<number, string>()
  if (!sources.protection.hasWildcards) return users
  const known = await sources.protection.ofIds(team)
  for (const zendeskId of team) {
    const pattern = known.get(zendeskId) ?? (await patternOfIdentities(zendeskId, sources, signal).catch(unlessGone))
    if (pattern !== undefined) users.set(zendeskId, pattern)
  }
  return users
}

/** Who was deleted since the list was made has no addresses. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof ZendeskError && error.problem.kind === 'not found')) throw error
}

/** Remembers what was found. */
export async function noteProtected(
  protection: ProtectedUsers,
  { users, lookedUp }: ProtectedFound,
  now: number,
): Promise<void> {
  await protection.note(users)
  for (const address of lookedUp) await protection.lookedUp(address, now)
}

/**
 * Protected users as memberships name them: by the directory id of the connection's entry that has them, and as
 * `zendesk-4711`, under which a user of no entry stands in a group.
 */
export async function protectedMembers(
  redis: RedisClient,
  { account, connection }: { readonly account: string; readonly connection: string },
  known: ReadonlyMap<number, string>,
): Promise<Map<string, string>> {
  const members = new Map<string, string>()
  const owners = await readOwners(redis, { account, kind: 'user' }, [...known.keys()])
  for (const [i, [zendeskId, pattern]] of [...known].entries()) {
    members.set(`zendesk-${zendeskId}`, pattern)
    const id = idWithin(connection, owners[i] ?? null)
    if (id !== undefined) members.set(id, pattern)
  }
  return members
}
