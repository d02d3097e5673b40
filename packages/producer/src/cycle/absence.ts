import type { LedgerRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Directory } from '../directory/directory.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'

/**
 * Above this many leavers at once, causes that change nothing are not looked up: one read each would hold the cycle up.
 */
const LOOK_UPS = 200

/**
 * Why entries are no longer in scope.
 *
 *   under its DN                                | cause
 *   --------------------------------------------|------------------------------------------------------------
 *   the entry, with the same id                 | outOfScope
 *   nothing, or an entry with another id        | deleted
 *   of which nobody knows a DN                  | deleted
 *   an entry without an id, or a hidden one     | unread: it may be the same, and what hid it may be all that took it
 *                                               | out of scope
 *
 * @throws whatever the directory throws: then nothing is planned
 */
export async function causesOfAbsence(
  directory: Directory,
  absent: readonly UserRecord[],
  remove: Readonly<Record<RemovalCause, string>>,
  signal: AbortSignal,
): Promise<Map<string, RemovalCause | 'unread'>> {
  const causes = new Map<string, RemovalCause | 'unread'>()
  if (remove.deleted === remove.outOfScope && absent.length > LOOK_UPS) return causes
  for (const record of absent) {
    const there = await whetherThere(directory, record, signal)
    causes.set(record.id, there === 'unread' ? there : there ? 'outOfScope' : 'deleted')
  }
  return causes
}

/** Whether the directory still has an entry under its DN; `unread` when that can't be told. */
export async function whetherThere(
  directory: Directory,
  { id, dn }: Pick<LedgerRecord, 'id' | 'dn'>,
  signal: AbortSignal,
): Promise<boolean | 'unread'> {
  // entered from Zendesk alone, see `unknown-leavers.ts`
  if (dn === '') return false
  const lookup = await directory.read(dn, [], signal)
  if (lookup.status === 'unidentified' || lookup.status === 'hidden') return 'unread'
  return lookup.status === 'found' && lookup.entry.id === id
}
