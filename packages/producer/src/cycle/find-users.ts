import { attributesInZendesk } from '@provisioner/zendesk/attributes-in-zendesk.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isThere, usersByAddress, usersByExternalId } from '@provisioner/zendesk/look-up-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { valuesOf } from '../plan/choose-values.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { unlessWithheld } from './withheld-lists.ts'

/** Records per request of Zendesk's lists and of `show_many`. */
const PAGE = 100

/**
 * Looks for entries that are not linked among Zendesk's users: by external id where it carries the directory id, then
 * by email (`match: email`), exact but for case. Of an entry with several addresses the first is looked for first, and
 * then the others: an entry is never linked to two users, nor a user found for two entries. All users are listed, 100
 * per request, when that takes fewer requests than one look-up per address.
 */
export async function findUsers(
  zendesk: Pick<ZendeskClient, 'users'>,
  wanted: readonly WantedUser[],
  match: 'email' | 'external_id',
  signal: AbortSignal,
): Promise<Map<string, FoundUser>> {
  if (wanted.length === 0) return new Map()
  const byExternalId = keysOf(wanted, 'external_id', 0)
  const byEmail = match === 'email' ? keysOf(wanted, 'email', byExternalId.size) : new Map<string, Key>()
  const found = new Map<string, { user: User; rank: number }>()
  const note = (user: User) => {
    if (!isThere(user)) return
    for (const key of [keyIn(byExternalId, user.external_id), keyIn(byEmail, user.email)]) {
      if (!key || (found.get(key.id)?.rank ?? Infinity) < key.rank) continue
      found.set(key.id, { user, rank: key.rank })
    }
  }

  // The number only says which way takes fewer requests.
  const count = await unlessWithheld(() => zendesk.users.count({ signal }))
  const total = 'value' in count ? count.value : Infinity
  const lookUps = Math.ceil(byExternalId.size / PAGE) + byEmail.size
  if (Math.ceil(total / PAGE) <= lookUps) {
    for await (const users of zendesk.users.list({ signal })) for (const user of users) note(user)
  } else {
    const ids = [...byExternalId.values()].map(({ value }) => value)
    for (const user of await usersByExternalId(zendesk.users, ids, { signal })) note(user)
    for (const { id, value } of byEmail.values())
      if (!found.has(id)) for (const user of await usersByAddress(zendesk.users, value, { signal })) note(user)
  }
  return new Map(
    wanted.flatMap((one) => {
      const hit = found.get(one.id)
      if (!hit) return []
      const { id: zendeskId, name, last_login_at: lastLoginAt = null } = hit.user
      return [[one.id, { zendeskId, applied: attributesInZendesk(hit.user, one), name, lastLoginAt }] as const]
    }),
  )
}

/** What one entry can be found by; the lowest rank of those that are found counts. */
interface Key {
  readonly id: string
  readonly value: string
  readonly rank: number
}

/** First values of all entries before further ones of any: who has an address in the first place is found by it. */
function keysOf(wanted: readonly WantedUser[], name: 'email' | 'external_id', from: number): Map<string, Key> {
  const keys = wanted.flatMap((user) =>
    valuesOf(user, name)
      .filter((value) => typeof value === 'string' && value !== '')
      .map((value, at) => ({ id: user.id, value: String(value), at })),
  )
  const byKey = new Map<string, Key>()
  for (const [i, { id, value }] of keys.sort((a, b) => a.at - b.at).entries())
    if (!byKey.has(value.toLowerCase())) byKey.set(value.toLowerCase(), { id, value, rank: from + i })
  return byKey
}

function keyIn(keys: ReadonlyMap<string, Key>, value: string | null | undefined): Key | undefined {
  return value ? keys.get(value.toLowerCase()) : undefined
}
