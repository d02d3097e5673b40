import { membershipId, membershipSides, unownedUser, unownedZendeskId } from '@provisioner/shared/entity.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { Change } from '../plan/change.ts'
import type { ListedMembership } from './find-memberships.ts'
import type { Answers } from './questions.ts'
import type { PlanSources } from './plan-sources.ts'
import type { MembersPlan } from './plan-members.ts'

/** Ids per request of Zendesk's `show_many`. */
const PAGE = 100

/**
 * Puts a name in the place of an id in the labels of memberships: those that are to be taken from users who are in no
 * group of the directory any more, or in none of its entries.
 *
 *   the user                           | is called by
 *   -----------------------------------|------------------------------------------------------------------
 *   is known to the ledger             | the address that the ledger has
 *   is another connection's            | the address that its ledger has
 *   is somebody whom no entry owns     | the address or the name in Zendesk, as far as it was asked
 *   is nobody whom Zendesk shows       | `Zendesk user 4711`
 */
export async function nameMembers(
  plan: MembersPlan,
  { reader, names, redis }: { reader: LedgerReader; names: ReadonlyMap<number, string>; redis: PlanSources['redis'] },
): Promise<MembersPlan> {
  const unnamed = plan.changes.filter(({ id, label }) => label.startsWith(`${userOf(id)} `))
  if (unnamed.length === 0) return plan
  const labels = new Map<string, string>()
  const call = (change: Change, name: string) =>
    labels.set(
      change.id,
      change.label.replace(userOf(change.id), () => name),
    )

  const strangers = unnamed.filter(({ id }) => unownedZendeskId(userOf(id)) !== undefined)
  const users = unnamed.filter(({ id }) => unownedZendeskId(userOf(id)) === undefined)
  const records = await reader.records(
    'user',
    users.map(({ id }) => userOf(id)),
  )
  users.forEach((change, i) => records[i] && call(change, records[i].label))

  const remembered = await reader.records(
    'membership',
    strangers.map(({ id }) => id),
  )
  for (const record of remembered)
    if (record && !record.label.startsWith(`${userOf(record.id)} `)) labels.set(record.id, record.label)
  const unknown = strangers.filter(({ id }) => !labels.has(id))
  const zendeskIds = unknown.map(({ id }) => unownedZendeskId(userOf(id))!)
  const ofOthers = await labelsOfOwners(redis, reader.account, zendeskIds)
  for (const [i, change] of unknown.entries()) {
    const name = ofOthers.get(zendeskIds[i]!) ?? names.get(zendeskIds[i]!)
    if (name !== undefined) call(change, name)
  }

  const named = <T extends { readonly id: string; readonly label: string }>(one: T): T => ({
    ...one,
    label: labels.get(one.id) ?? one.label,
  })
  return { ...plan, changes: plan.changes.map(named), links: plan.links.map(named) }
}

/** What the connections call users whom they have, by Zendesk id. */
async function labelsOfOwners(
  redis: PlanSources['redis'],
  account: string,
  zendeskIds: readonly number[],
): Promise<Map<number, string>> {
  const owners = await readOwners(redis, { account, kind: 'user' }, zendeskIds)
  const owned = zendeskIds.flatMap((zendeskId, i) => (owners[i] ? [{ zendeskId, ...owners[i] }] : []))
  const labels = new Map<number, string>()
  for (const [connection, users] of Map.groupBy(owned, (one) => one.connection)) {
    const records = await new LedgerReader(redis, { account, connection }).records(
      'user',
      users.map(({ id }) => id),
    )
    for (const [i, { zendeskId }] of users.entries()) if (records[i]) labels.set(zendeskId, records[i].label)
  }
  return labels
}

/**
 * Asks Zendesk how users are called who are in groups and whom no entry has. A membership that the ledger knows by name
 * already is not asked about again. Returns address, else name, else a word for the id, by Zendesk id.
 *
 * @throws Zendesk's errors
 */
export async function nameStrangers(
  { zendesk, redis, reader, connection: { id: connection, account } }: PlanSources,
  memberships: readonly ListedMembership[],
  { strangers }: Pick<Answers, 'strangers'>,
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const unowned = memberships.filter(({ owner, userZendeskId }) => owner === undefined && !strangers.has(userZendeskId))
  const names = new Map<number, string>()
  if (unowned.length === 0) return names
  const groups = await readOwners(
    redis,
    { account, kind: 'group' },
    unowned.map(({ groupZendeskId }) => groupZendeskId),
  )
  const records = await reader.records(
    'membership',
    unowned.map(({ userZendeskId }, i) =>
      membershipId(idWithin(connection, groups[i] ?? null) || 'none', unownedUser(userZendeskId)),
    ),
  )
  const isNamed = (i: number) => records[i] && !records[i].label.startsWith(`${userOf(records[i].id)} `)
  const ids = [...new Set(unowned.flatMap(({ userZendeskId }, i) => (isNamed(i) ? [] : [userZendeskId])))]
  for (let at = 0; at < ids.length; at += PAGE)
    for (const { id, email, name } of await zendesk.users.showMany({ ids: ids.slice(at, at + PAGE) }, { signal }))
      if (email ?? name) names.set(id, String(email ?? name))
  for (const id of ids) if (!names.has(id)) names.set(id, `Zendesk user ${id}`)
  return names
}

function userOf(membershipId: string): string {
  return membershipSides(membershipId).userId
}
