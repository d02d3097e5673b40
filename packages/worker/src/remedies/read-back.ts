import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { AppliedMembership, MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { Needs } from '../ports.ts'

/** What Zendesk shows to have taken effect. */
export interface FoundEffect {
  readonly status: 'succeeded'
  readonly zendeskId: number | null
}

type Look = Needs<'zendesk' | 'records'>

/**
 * Asks Zendesk what became of items that no result speaks for. Keyed by job id; an item that Zendesk does not show
 * stays unclear, and is written again: a creation after a look-up, anything else because repeating it is harmless.
 */
export async function readBack(
  ports: Look,
  call: OutstandingWrite['call'],
  items: readonly OutstandingItem[],
): Promise<Map<string, FoundEffect>> {
  if (items.length === 0) return new Map()
  switch (call) {
    case 'users create':
      return createdUsers(ports, items)
    case 'users delete':
      return deletedUsers(ports, items)
    case 'memberships create':
      return addedMemberships(ports, items)
    case 'memberships delete':
      return removedMemberships(ports, items)
    case 'users update':
      return new Map()
    default:
      throw new TypeError(`No read-back for ${String(call satisfies never)}`)
  }
}

async function createdUsers(
  { zendesk }: Needs<'zendesk'>,
  items: readonly OutstandingItem[],
): Promise<Map<string, FoundEffect>> {
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
  { zendesk }: Needs<'zendesk'>,
  items: readonly OutstandingItem[],
): Promise<Map<string, FoundEffect>> {
  const users = await zendesk.users.showMany({ ids: items.map((item) => item.zendeskId!) })
  const there = new Set(users.filter(isThere).map((user) => user.id))
  return new Map(
    items.flatMap((item) =>
      there.has(item.zendeskId!) ? [] : [[item.jobId, { status: 'succeeded', zendeskId: item.zendeskId }] as const],
    ),
  )
}

async function addedMemberships(ports: Look, items: readonly OutstandingItem[]): Promise<Map<string, FoundEffect>> {
  const pairs = items.map((item) => ({ item, pair: JSON.parse(item.applied!) as AppliedMembership }))
  const found = new Map<string, FoundEffect>()
  for (const [userId, some] of Map.groupBy(pairs, ({ pair }) => pair.userZendeskId)) {
    const there = await membershipsOf(ports, userId)
    for (const { item, pair } of some) {
      const membership = there.find((one) => one.group_id === pair.groupZendeskId)
      if (membership) found.set(item.jobId, { status: 'succeeded', zendeskId: membership.id })
    }
  }
  return found
}

/**
 * Looks for the very memberships: who leaves the last group may be put into the same one anew, as everybody's default.
 */
async function removedMemberships(ports: Look, items: readonly OutstandingItem[]): Promise<Map<string, FoundEffect>> {
  const ids = items.map((item) => item.id)
  const records = await ports.records.records<MembershipRecord>('membership', ids)
  const users = items.map((item, i) => ({ item, userId: records[i]?.applied?.userZendeskId }))
  const found = new Map<string, FoundEffect>()
  for (const [userId, some] of Map.groupBy(users, (one) => one.userId)) {
    if (userId === undefined) continue
    const there = new Set((await membershipsOf(ports, userId)).map(({ id }) => id))
    for (const { item } of some)
      if (!there.has(item.zendeskId!)) found.set(item.jobId, { status: 'succeeded', zendeskId: item.zendeskId })
  }
  return found
}

/**
 * The membership of a pair of Zendesk ids; undefined when Zendesk has none.
 *
 * @throws ZendeskError, of a user who is gone too
 */
export async function findMembership(
  { zendesk }: Needs<'zendesk'>,
  { userZendeskId, groupZendeskId }: { readonly userZendeskId: number; readonly groupZendeskId: number },
): Promise<GroupMembership | undefined> {
  return (await zendesk.memberships.ofUser(userZendeskId)).find((one) => one.group_id === groupZendeskId)
}

/** A user who is gone is in no group. */
async function membershipsOf({ zendesk }: Needs<'zendesk'>, userId: number): Promise<GroupMembership[]> {
  return zendesk.memberships.ofUser(userId).catch((error: unknown) => {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') return []
    throw error
  })
}
