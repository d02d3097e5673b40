import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { formatHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { usersByAddress } from '@provisioner/zendesk/look-up-users.ts'
import type { UserPolicy } from '../plan/user-policy.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { decisionsOfCycle } from './decisions-of-cycle.ts'

/** How far Redis's clock, which dates what is gone, and the producer's may be apart, ms. */
const CLOCK_SLACK_MS = 60_000

/** Above this many at once it was no merge by hand: their addresses are not looked up one by one. */
const LOOK_UPS = 200

/** Whether a user who is gone in Zendesk is looked for there. */
export interface SearchForGone {
  /** Always true for who is not gone. */
  isDue(record: UserRecord | undefined): boolean
  /** The admins' decisions that it went by. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** Whether it was noticed since the last cycle began. */
  isNews(record: UserRecord | undefined): boolean
}

/**
 * Who was deleted in Zendesk may wait for an admin for ever, and is not asked for in every cycle:
 *
 *   user                            | looked for
 *   --------------------------------|-----------
 *   gone since the last cycle began | yes
 *   gone, to be created             | yes: `goneInZendesk: recreate`, or approved
 *   gone, in a full cycle           | yes
 *   gone, any other                 | no
 */
export async function searchForGone({
  reader,
  policy,
  ignoreSeen,
}: {
  readonly reader: LedgerReader
  readonly policy: Pick<UserPolicy, 'goneInZendesk'>
  readonly ignoreSeen: boolean
}): Promise<SearchForGone> {
  const last = await reader.lastCycle()
  const decisions = await decisionsOfCycle(reader)
  const since = (last?.startedAt ?? 0) - CLOCK_SLACK_MS
  const isNews = (record: UserRecord | undefined) => record?.goneSince != null && record.goneSince >= since
  return {
    decisions,
    isNews,
    isDue: (record) =>
      record?.goneSince == null ||
      ignoreSeen ||
      isNews(record) ||
      policy.goneInZendesk === 'recreate' ||
      decisions.get(formatHeldKey({ kind: 'user', id: record.id }))?.decision === 'approved',
  }
}

/**
 * Of users who are gone in Zendesk and were not found, those whose address somebody has there, as a secondary one: they
 * were merged into that user, and not deleted. Zendesk refuses to create them, and says who has the address.
 */
export async function mergedUsers(
  { users }: Pick<ZendeskClient, 'users'>,
  gone: readonly WantedUser[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const merged = new Set<string>()
  if (gone.length > LOOK_UPS) return merged
  for (const { id, email } of gone) if ((await usersByAddress(users, email, { signal })).length > 0) merged.add(id)
  return merged
}
