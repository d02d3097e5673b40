import { isEmpty, valueOf } from '@provisioner/shared/changed-attributes.ts'
import { fingerprint, type DesiredUser } from '@provisioner/shared/desired.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Change } from './change.ts'

/**
 * A change less what of it is released already and only waits to be written: a plan compares with what was *applied*, and
 * would ask for it, and have it counted, a second time.
 *
 *   released and waiting                 | the change
 *   -------------------------------------|--------------------------------------------
 *   nothing                              | as it is
 *   the same desired state               | none, unless it is asked for anew
 *   another one, of the same role        | as it is, and no removal
 *   another one, the attribute emptied   | as it is, and does not empty the attribute
 */
export function lessReleased(
  change: Change,
  record: Pick<LedgerRecord, 'desired' | 'revision' | 'appliedRevision'> | undefined,
): Change | undefined {
  if (!record?.desired || record.revision <= record.appliedRevision || change.anew) return change
  if (fingerprint(record.desired) === fingerprint(change.desired)) return undefined
  return change.kind === 'user' ? lessCounted(change, record.desired as DesiredUser) : change
}

/** A user's change without what the guard counted when the waiting state was released. */
function lessCounted(change: Change, released: DesiredUser): Change {
  const desired = change.desired as DesiredUser
  const cleared = change.cleared.filter((name) => !empties(released, name))
  const isCounted = released.presence === desired.presence && released.attributes['role'] === desired.attributes['role']
  if (!change.removal || !isCounted) return { ...change, cleared }
  const { removal: _counted, ...rest } = change
  return { ...rest, cleared }
}

function empties({ attributes }: DesiredUser, name: string): boolean {
  const value = valueOf(attributes, name)
  return value !== undefined && isEmpty(value)
}
