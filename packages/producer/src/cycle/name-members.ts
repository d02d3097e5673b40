import { membershipSides } from '@provisioner/shared/entity.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { Change } from '../plan/change.ts'
import { isStranger, strangerId } from './find-memberships.ts'
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
 *   is somebody whom no entry owns     | the address or the name in Zendesk, as far as it was asked
 *   is nobody whom Zendesk shows       | the id
 */
export async function nameMembers(
  plan: MembersPlan,
  { reader, names }: { reader: LedgerReader; names: ReadonlyMap<number, string> },
): Promise<MembersPlan> {
  const unnamed = plan.changes.filter(({ id, label }) => label.startsWith(`${userOf(id)} `))
  if (unnamed.length === 0) return plan
  const labels = new Map<string, string>()
  const call = (change: Change, name: string) =>
    labels.set(
      change.id,
      change.label.replace(userOf(change.id), () => name),
    )

  const strangers = unnamed.filter(({ id }) => isStranger(userOf(id)))
  const users = unnamed.filter(({ id }) => !isStranger(userOf(id)))
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
  for (const change of unknown) {
    const name = names.get(strangerId(userOf(change.id)))
    if (name !== undefined) call(change, name)
  }

  const named = <T extends { readonly id: string; readonly label: string }>(one: T): T => ({
    ...one,
    label: labels.get(one.id) ?? one.label,
  })
  return { ...plan, changes: plan.changes.map(named), links: plan.links.map(named) }
}

/** Names of users by Zendesk id: the address, else the name. @throws Zendesk's errors */
export async function namesInZendesk(
  zendesk: Pick<ZendeskClient, 'users'>,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const names = new Map<number, string>()
  for (let at = 0; at < ids.length; at += PAGE)
    for (const { id, email, name } of await zendesk.users.showMany({ ids: ids.slice(at, at + PAGE) }, { signal }))
      if (email ?? name) names.set(id, String(email ?? name))
  return names
}

function userOf(membershipId: string): string {
  return membershipSides(membershipId).userId
}
