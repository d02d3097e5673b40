import type { LedgerRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Directory } from '../directory/directory.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'

/**
 * Above this many leavers at once, causes that change nothing are not looked up: one read each would hold the cycle up.
 */
const LOOK_UPS = 200

/** Where it is looked for who left. */
export interface LookedThrough {
  readonly directory: Pick<Directory, 'read' | 'existing'>
  /** An entry that was moved may lie anywhere below their naming contexts. */
  readonly bases: readonly string[]
}

/**
 * Why entries are no longer in scope.
 *
 *   under its DN                         | elsewhere, by its id | cause
 *   -------------------------------------|----------------------|----------------------------------------------------
 *   the entry, with the same id          |                      | outOfScope
 *   nothing, or an entry with another id | the entry            | outOfScope: it was moved
 *   nothing, or an entry with another id | nothing that is seen | deleted
 *   of which nobody knows a DN           | the same             | the same
 *   an entry without an id, or hidden    |                      | unread: it may be the same, and what hid it may be
 *                                        |                      | all that took it out of scope
 *
 * @throws whatever the directory throws: then nothing is planned
 */
export async function causesOfAbsence(
  where: LookedThrough,
  absent: readonly UserRecord[],
  remove: Readonly<Record<RemovalCause, string>>,
  signal: AbortSignal,
): Promise<Map<string, RemovalCause | 'unread'>> {
  if (remove.deleted === remove.outOfScope && absent.length > LOOK_UPS) return new Map()
  const there = await whetherThere(where, absent, signal)
  return new Map([...there].map(([id, is]) => [id, is === 'unread' ? is : is ? 'outOfScope' : 'deleted']))
}

/** Whether the directory still has entries, by id; `unread` when that can't be told. */
export async function whetherThere(
  { directory, bases }: LookedThrough,
  records: readonly Pick<LedgerRecord, 'id' | 'dn'>[],
  signal: AbortSignal,
): Promise<Map<string, boolean | 'unread'>> {
  const there = new Map<string, boolean | 'unread'>()
  for (const { id, dn } of records) there.set(id, await isUnderItsDn(directory, id, dn, signal))
  const elsewhere = records.flatMap(({ id }) => (there.get(id) === false ? [id] : []))
  for (const id of await directory.existing(elsewhere, bases, signal)) there.set(id, true)
  return there
}

async function isUnderItsDn(
  directory: LookedThrough['directory'],
  id: string,
  dn: string,
  signal: AbortSignal,
): Promise<boolean | 'unread'> {
  // entered from Zendesk alone, see `unknown-leavers.ts`
  if (dn === '') return false
  const lookup = await directory.read(dn, [], signal)
  if (lookup.status === 'unidentified' || lookup.status === 'hidden') return 'unread'
  return lookup.status === 'found' && lookup.entry.id === id
}
