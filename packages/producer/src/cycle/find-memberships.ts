import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { unownedUser } from '@provisioner/shared/entity.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isWithheld } from '@provisioner/zendesk/errors.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'

/** A membership as Zendesk listed it. */
export interface ListedMembership {
  readonly zendeskId: number
  readonly userZendeskId: number
  readonly groupZendeskId: number
  /** The directory id that had the user when it was listed. */
  readonly owner: string | undefined
}

/** A membership that Zendesk holds in a managed group. */
export interface FoundMembership extends ListedMembership {
  readonly groupId: string
  /** The user's directory id, or `zendesk-4711` for one whom no entry of this connection owns. */
  readonly userId: string
}

interface Owners {
  readonly redis: RedisClient
  readonly account: string
  readonly connection: string
}

/**
 * Reads who is in the groups: one global list, 100 per request, since groups have no cheaper one; of some users alone
 * one request for each.
 * @param groups Zendesk ids
 * @param users Zendesk ids
 */
export async function listMemberships(
  { zendesk, ...owners }: Owners & { zendesk: Pick<ZendeskClient, 'memberships'> },
  groups: ReadonlySet<number>,
  signal: AbortSignal,
  users?: Iterable<number>,
): Promise<ListedMembership[]> {
  const listed: ListedMembership[] = []
  for await (const page of users ? ofEach(zendesk, users, signal) : zendesk.memberships.list({ signal })) {
    const ours = page.filter((membership) => groups.has(membership.group_id))
    const ids = await ownersOf(
      owners,
      ours.map((membership) => membership.user_id),
    )
    ours.forEach((membership, i) =>
      listed.push({
        zendeskId: membership.id,
        userZendeskId: membership.user_id,
        groupZendeskId: membership.group_id,
        owner: ids[i],
      }),
    )
  }
  return listed
}

/** Of each of the users; who is gone is in no group. */
async function* ofEach(
  { memberships }: Pick<ZendeskClient, 'memberships'>,
  users: Iterable<number>,
  signal: AbortSignal,
): AsyncGenerator<GroupMembership[], void, undefined> {
  for (const id of users)
    try {
      yield await memberships.ofUser(id, { signal })
    } catch (error) {
      if (!isWithheld(error) || error.problem.kind !== 'not found') throw error
    }
}

/**
 * The listed memberships as those of managed groups. Who was linked since they were listed is known by now, and who was
 * deleted since was known then.
 *
 * @param groups Zendesk ids of the managed groups → directory id
 * @param users Zendesk ids of users that this cycle links → directory id; the others are looked up among the owners
 */
export async function findMemberships(
  owners: Owners,
  listed: readonly ListedMembership[],
  groups: ReadonlyMap<number, string>,
  users: ReadonlyMap<number, string>,
): Promise<FoundMembership[]> {
  const ours = listed.filter(({ groupZendeskId }) => groups.has(groupZendeskId))
  const ids = await ownersOf(
    owners,
    ours.map(({ userZendeskId }) => userZendeskId),
  )
  return ours.map((one, i) => ({
    ...one,
    groupId: groups.get(one.groupZendeskId)!,
    userId: users.get(one.userZendeskId) ?? ids[i] ?? one.owner ?? unownedUser(one.userZendeskId),
  }))
}

/** The directory ids of this connection that have the users. */
async function ownersOf(
  { redis, account, connection }: Owners,
  users: readonly number[],
): Promise<(string | undefined)[]> {
  const owners = await readOwners(redis, { account, kind: 'user' }, users)
  return owners.map((owner) => idWithin(connection, owner))
}
