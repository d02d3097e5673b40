import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Change } from '../plan/change.ts'
import { lessReleased } from '../plan/less-released.ts'

/** The changes less what of them is released already and only waits to be written. */
export async function withoutReleased(reader: LedgerReader, changes: readonly Change[]): Promise<Change[]> {
  const pending = new Set(await reader.pending())
  const waiting = changes.filter((change) => pending.has(`${change.kind}|${change.id}`))
  const records = new Map<string, LedgerRecord | undefined>()
  for (const [kind, some] of Map.groupBy(waiting, (change) => change.kind)) {
    const ids = some.map((change) => change.id)
    const found = await reader.records(kind, ids)
    ids.forEach((id, i) => records.set(`${kind}|${id}`, found[i]))
  }
  return changes.flatMap((change) => lessReleased(change, records.get(`${change.kind}|${change.id}`)) ?? [])
}
