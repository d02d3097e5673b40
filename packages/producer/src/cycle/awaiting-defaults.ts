import { isWhole } from '@provisioner/shared/ledger/entitlements.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { DEFAULT_GROUP } from '@provisioner/shared/team-only.ts'

/**
 * Users who wait for the default group that the mapping gives them, or have got it with a membership that may have
 * been there before: directory id → Zendesk's id of the group. Not among them is who waits to be written, and who is
 * leaving or has left: they are looked at again when they are back.
 */
export async function awaitingDefaults(
  reader: Pick<LedgerReader, 'entitlements' | 'records'>,
): Promise<Map<string, number>> {
  const kept = [...(await reader.entitlements())].filter(([, one]) => !isWhole(one) && one.defaultGroup !== null)
  const records = await reader.records<UserRecord>(
    'user',
    kept.map(([id]) => id),
  )
  return new Map(
    kept.flatMap(([id, { defaultGroup }], i) => {
      const record = records[i]
      if (!record?.applied || record.zendeskId === null || record.revision > record.appliedRevision) return []
      if (record.applied.presence !== 'active' || record.desired?.presence !== 'active') return []
      return record.applied.attributes[DEFAULT_GROUP] === defaultGroup ? [[id, defaultGroup!] as const] : []
    }),
  )
}
