import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { AppliedMembership, LedgerRecord, MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { Needs } from '../ports.ts'

/** What Zendesk shows: that a write has taken effect, or that the object of an update is no more. */
export type FoundEffect =
  | { readonly status: 'succeeded'; readonly zendeskId: number | null }
  | { readonly status: 'gone' }

type Look = Needs<'zendesk' | 'records'>

/**
 * Asks Zendesk what became of items that no result speaks for, or that failed with words which may say that the object
 * is no more. Keyed by job id; an item that is not in it is what its result says. An unclear one is written again: a
 * creation after a look-up, anything else because repeating it is harmless.
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
      return goneUsers(ports, items)
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

async function deletedUsers(ports: Look, items: readonly OutstandingItem[]): Promise<Map<string, FoundEffect>> {
  const missing = await missingUsers(ports, items)
  return new Map(missing.map(({ jobId, zendeskId }) => [jobId, { status: 'succeeded', zendeskId }]))
}

async function goneUsers(ports: Look, items: readonly OutstandingItem[]): Promise<Map<string, FoundEffect>> {
  return new Map((await missingUsers(ports, items)).map(({ jobId }) => [jobId, { status: 'gone' }]))
}

async function missingUsers(
  { zendesk }: Needs<'zendesk'>,
  items: readonly OutstandingItem[],
): Promise<OutstandingItem[]> {
  const users = await zendesk.users.showMany({ ids: items.map((item) => item.zendeskId!) })
  const there = new Set(users.filter(isThere).map((user) => user.id))
  return items.filter((item) => !there.has(item.zendeskId!))
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
 * Whether Zendesk shows the object that an entity is linked to.
 *
 * @throws ZendeskError
 */
export async function isShown(ports: Needs<'zendesk'>, record: LedgerRecord): Promise<boolean> {
  const { kind, zendeskId } = record
  if (zendeskId === null) return false
  switch (kind) {
    case 'user':
      return (await ports.zendesk.users.showMany({ ids: [zendeskId] })).some(isThere)
    case 'group': {
      const group = await unlessMissing(ports.zendesk.groups.show(zendeskId))
      return group !== undefined && group.deleted !== true
    }
    case 'membership': {
      const pair = (record as MembershipRecord).applied
      return pair !== null && (await membershipsOf(ports, pair.userZendeskId)).some(({ id }) => id === zendeskId)
    }
    default:
      throw new TypeError(`No look for ${String(kind satisfies never)}`)
  }
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
  return (await unlessMissing(zendesk.memberships.ofUser(userId))) ?? []
}

/** Undefined where Zendesk answers that it has no such thing. */
async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') return undefined
    throw error
  })
}
