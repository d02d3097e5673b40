import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { AppliedMembership, MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { BatchContext } from '../batch/context.ts'
import type { ItemResult } from '../batch/match-results.ts'

/**
 * Asks Zendesk what became of items that no result speaks for. Keyed by job id; an item that Zendesk does not show
 * stays unclear, and is written again: a creation after a look-up, anything else because repeating it is harmless.
 */
export async function readBack(
  context: BatchContext,
  call: OutstandingWrite['call'],
  items: readonly OutstandingItem[],
): Promise<Map<string, ItemResult>> {
  if (items.length === 0) return new Map()
  switch (call) {
    case 'users create':
      return createdUsers(context, items)
    case 'users delete':
      return deletedUsers(context, items)
    case 'memberships create':
      return addedMemberships(context, items)
    case 'memberships delete':
      return removedMemberships(context, items)
    case 'users update':
      return new Map()
    default:
      throw new TypeError(`No read-back for ${String(call satisfies never)}`)
  }
}

async function createdUsers(
  { zendesk }: BatchContext,
  items: readonly OutstandingItem[],
): Promise<Map<string, ItemResult>> {
  const keyed = items.filter((item) => item.externalId !== null)
  const users =
    keyed.length > 0 ? await zendesk.users.showMany({ externalIds: keyed.map((item) => item.externalId!) }) : []
  const byExternalId = new Map(users.map((user) => [user.external_id?.toLowerCase(), user]))
  return new Map(
    keyed.flatMap((item) => {
      const user = byExternalId.get(item.externalId!.toLowerCase())
      return user ? [[item.jobId, { status: 'succeeded', zendeskId: user.id }] as const] : []
    }),
  )
}

async function deletedUsers(
  { zendesk }: BatchContext,
  items: readonly OutstandingItem[],
): Promise<Map<string, ItemResult>> {
  const users = await zendesk.users.showMany({ ids: items.map((item) => item.zendeskId!) })
  const there = new Set(users.filter(isThere).map((user) => user.id))
  return new Map(
    items.flatMap((item) =>
      there.has(item.zendeskId!) ? [] : [[item.jobId, { status: 'succeeded', zendeskId: item.zendeskId }] as const],
    ),
  )
}

async function addedMemberships(
  context: BatchContext,
  items: readonly OutstandingItem[],
): Promise<Map<string, ItemResult>> {
  const pairs = items.map((item) => ({ item, pair: JSON.parse(item.applied!) as AppliedMembership }))
  const found = new Map<string, ItemResult>()
  for (const [userId, some] of Map.groupBy(pairs, ({ pair }) => pair.userZendeskId)) {
    const held = await membershipsOf(context, userId)
    for (const { item, pair } of some) {
      const membership = held.find((one) => one.group_id === pair.groupZendeskId)
      if (membership) found.set(item.jobId, { status: 'succeeded', zendeskId: membership.id })
    }
  }
  return found
}

/** Looks for the very memberships: who leaves the last group may be put into the same one anew, as everybody's default. */
async function removedMemberships(
  context: BatchContext,
  items: readonly OutstandingItem[],
): Promise<Map<string, ItemResult>> {
  const ids = items.map((item) => item.id)
  const records = await context.reader.records<MembershipRecord>('membership', ids)
  const users = items.map((item, i) => ({ item, userId: records[i]?.applied?.userZendeskId }))
  const found = new Map<string, ItemResult>()
  for (const [userId, some] of Map.groupBy(users, (one) => one.userId)) {
    if (userId === undefined) continue
    const held = new Set((await membershipsOf(context, userId)).map(({ id }) => id))
    for (const { item } of some)
      if (!held.has(item.zendeskId!)) found.set(item.jobId, { status: 'succeeded', zendeskId: item.zendeskId })
  }
  return found
}

/** A user who is gone is in no group. */
async function membershipsOf({ zendesk }: BatchContext, userId: number): Promise<GroupMembership[]> {
  return zendesk.memberships.ofUser(userId).catch((error: unknown) => {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') return []
    throw error
  })
}
