import type { Redis } from 'ioredis'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'

/** A membership that Zendesk holds in a managed group. */
export interface FoundMembership {
  readonly zendeskId: number
  readonly groupId: string
  /** The user's directory id, or `zendesk-4711` for one whom no entry of this connection owns. */
  readonly userId: string
  readonly userZendeskId: number
  readonly groupZendeskId: number
}

const STRANGER = /^zendesk-(\d+)$/

/** Whether a membership's user is one whom no entry of this connection owns. */
export function isStranger(userId: string): boolean {
  return STRANGER.test(userId)
}

/** The Zendesk id of such a user. */
export function strangerId(userId: string): number {
  return Number(STRANGER.exec(userId)?.[1])
}

/**
 * Reads who is in the managed groups: one global list, 100 per request, since groups have no cheaper one.
 * @param groups Zendesk ids of the managed groups → directory id
 * @param users Zendesk ids of users that this cycle links → directory id; the others are looked up among the owners
 */
export async function findMemberships(
  {
    zendesk,
    redis,
    account,
    connection,
  }: { zendesk: Pick<ZendeskClient, 'memberships'>; redis: Redis; account: string; connection: string },
  groups: ReadonlyMap<number, string>,
  users: ReadonlyMap<number, string>,
  signal: AbortSignal,
): Promise<FoundMembership[]> {
  const found: FoundMembership[] = []
  for await (const page of zendesk.memberships.list({ signal })) {
    const ours = page.filter((membership) => groups.has(membership.group_id))
    if (ours.length === 0) continue
    const owners = await redis.hmget(
      accountKeys(account).owners('user'),
      ...ours.map((membership) => String(membership.user_id)),
    )
    ours.forEach((membership, i) => {
      const owner = owners[i]?.startsWith(`${connection}|`) ? owners[i].slice(connection.length + 1) : undefined
      found.push({
        zendeskId: membership.id,
        groupId: groups.get(membership.group_id)!,
        userId: users.get(membership.user_id) ?? owner ?? `zendesk-${membership.user_id}`,
        userZendeskId: membership.user_id,
        groupZendeskId: membership.group_id,
      })
    })
  }
  return found
}
