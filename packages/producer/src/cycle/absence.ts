import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Directory } from '../directory/directory.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'

/** Above this many leavers at once, causes that change nothing are not looked up: one read each would hold the cycle up. */
const LOOK_UPS = 200

/**
 * Why entries are no longer in scope: one that is still there under its DN, with the same id, left the scope; any other
 * was deleted.
 *
 * @throws whatever the directory throws: then nothing is planned
 */
export async function causesOfAbsence(
  directory: Directory,
  absent: readonly UserRecord[],
  remove: Readonly<Record<RemovalCause, string>>,
  signal: AbortSignal,
): Promise<Map<string, RemovalCause>> {
  const causes = new Map<string, RemovalCause>()
  if (remove.deleted === remove.outOfScope && absent.length > LOOK_UPS) return causes
  for (const record of absent) {
    const entry = await directory.read(record.dn, [], signal)
    causes.set(record.id, entry?.id === record.id ? 'outOfScope' : 'deleted')
  }
  return causes
}
