import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { fingerprintOf } from '../plan/choose-values.ts'
import { withoutEntry } from '../plan/with-kept.ts'
import type { ScannedEntries } from './scanned-entries.ts'
import type { TwinFinder } from './twins.ts'
import type { Printed } from './unanswered.ts'
import { isKeptActive, type UndoneOfScan } from './undone-of-scan.ts'

/**
 * Users whom no entry in scope asks for, and who are active all the same since an admin has undone their removal: as
 * Zendesk was last written, else as they are about to be written, else as Zendesk held them when that was undone, where
 * Redis was lost in between; else as they were before they were deleted.
 *
 * @param present those of whom entries were read, or may be there
 */
export async function usersWithoutEntry(
  undone: UndoneOfScan,
  present: { has(id: string): boolean },
  reader: Pick<LedgerReader, 'records'>,
): Promise<Printed[]> {
  const kept = [...undone.usersWithout(present)].filter(([, one]) => isKeptActive(one))
  const ids = kept.map(([id]) => id)
  const records = await reader.records<UserRecord>('user', ids)
  return kept.map(([id, { dn, label, held, kept: things }], i) => {
    const { applied, desired } = records[i] ?? {}
    const attributes = (applied ?? desired)?.attributes ?? held ?? {}
    const user = withoutEntry({ id, dn: records[i]?.dn || dn, label, attributes }, things)
    return { user, print: fingerprintOf(user) }
  })
}

/** Has them count as read, beside those who have an entry. */
export function takeIn(
  some: readonly Printed[],
  { present, twins, team }: { present: ScannedEntries; twins: TwinFinder; team: Set<string> },
): void {
  for (const { user } of some) {
    present.add(user.id, user.dn)
    twins.note(user, present.indexOf(user.id))
    if (isTeamRole(user.attributes['role'])) team.add(user.id)
  }
}
