import { isWhole } from '@provisioner/shared/ledger/entitlements.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { sendsSeat } from '@provisioner/shared/loses-seat.ts'
import type { UsersPlan } from './plan-users.ts'

/**
 * Whose entitlements have nothing to be given back for, by directory id: users who have their access, and whose roles
 * are as they shall be, be it that their suspension was taken back before it was written, that Zendesk refused it, or
 * that they are back as end users. Kept any longer, they would undo what an admin changes later. Full cycles look.
 */
export async function staleEntitlements(
  reader: Pick<LedgerReader, 'entitlements' | 'records'>,
  { plans }: Pick<UsersPlan, 'plans'>,
  { ignoreSeen }: { ignoreSeen: boolean },
): Promise<string[]> {
  if (!ignoreSeen) return []
  const ids = [...(await reader.entitlements())].filter(([, kept]) => isWhole(kept)).map(([id]) => id)
  const records = await reader.records<UserRecord>('user', ids)
  const isStale = (record: UserRecord) =>
    record.applied?.presence === 'active' &&
    record.revision <= record.appliedRevision &&
    !sendsSeat(plans.get(record.id)?.change?.changed ?? [])
  return records.flatMap((record) => (record && isStale(record) ? [record.id] : []))
}
