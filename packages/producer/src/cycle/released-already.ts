import { isEmpty, valueOf } from '@provisioner/shared/changed-attributes.ts'
import { fingerprint, type DesiredUser } from '@provisioner/shared/desired.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Change } from '../plan/change.ts'

/**
 * The changes less what of them is released already and only waits to be written: a plan compares with what was *applied*,
 * and would ask for it, and have it counted, a second time.
 *
 *   released and waiting         | the change
 *   -----------------------------|------------------------------------------------
 *   nothing                      | as it is
 *   the same desired state       | none, unless it is asked for anew
 *   another one, with the role   | is no removal
 *   another one, also emptied    | does not empty the attribute again
 */
export async function lessReleased(reader: LedgerReader, changes: readonly Change[]): Promise<Change[]> {
  const pending = new Set(await reader.pending())
  const waiting = changes.filter((change) => pending.has(`${change.kind}|${change.id}`))
  const records = new Map<string, LedgerRecord | undefined>()
  for (const [kind, some] of Map.groupBy(waiting, (change) => change.kind)) {
    const ids = some.map((change) => change.id)
    const found = await reader.records(kind, ids)
    ids.forEach((id, i) => records.set(`${kind}|${id}`, found[i]))
  }
  return changes.flatMap((change) => {
    const record = records.get(`${change.kind}|${change.id}`)
    if (!record?.desired || record.revision <= record.appliedRevision || change.anew) return [change]
    if (fingerprint(record.desired) === fingerprint(change.desired)) return []
    return change.kind === 'user' ? [lessCounted(change, record.desired as DesiredUser)] : [change]
  })
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
