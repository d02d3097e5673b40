import { isRefusedForAdmin } from '@provisioner/shared/admin-refusals.ts'
import { fingerprint, type Desired, type DesiredUser } from '@provisioner/shared/desired.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Change, EntityPlan } from '../plan/change.ts'

/** What is released and waits to be written, by `kind|id`, of the entities of some changes. */
type PendingStates = ReadonlyMap<string, Desired | 'refused'>

/** The plans without the changes that are released already, the others with what of them is. */
export async function withoutReleased(reader: LedgerReader, plans: readonly EntityPlan[]): Promise<EntityPlan[]> {
  const pending = await pendingOf(
    reader,
    plans.flatMap((plan) => (plan.change ? [plan.change] : [])),
  )
  return plans.map((plan) => {
    const { change, ...rest } = plan
    const left = change && lessReleased(change, pending)
    if (left === change) return plan
    return left ? { ...rest, change: left } : rest
  })
}

/** The changes that are not released already, each with what of it is. */
export async function changesNotReleased(reader: LedgerReader, changes: readonly Change[]): Promise<Change[]> {
  const pending = await pendingOf(reader, changes)
  return changes.flatMap((change) => lessReleased(change, pending) ?? [])
}

/**
 * A change less what of it is released already and only waits to be written: a plan compares with what was *applied*,
 * and would ask for it, and have it counted, a second time.
 *
 *   released and waiting   | the change
 *   -----------------------|---------------------------------------------------------
 *   nothing                | as it is
 *   the same desired state | none, unless it is asked for anew
 *   another one, of a user | with it: the guard leaves out the parts that are the same
 *   refused, of an admin   | as it is, anew: it was released without knowing that the user is an admin
 */
function lessReleased(change: Change, pending: PendingStates): Change | undefined {
  const released = pending.get(formatEntityMember(change))
  if (released === undefined || change.anew) return change
  if (released === 'refused') return { ...change, anew: true }
  if (fingerprint(released) === fingerprint(change.desired)) return undefined
  return change.kind === 'user' ? { ...change, pending: released as DesiredUser } : change
}

/** Reads what is released and waits to be written, of the entities of these changes. */
async function pendingOf(reader: LedgerReader, changes: readonly Change[]): Promise<PendingStates> {
  const pending = new Set(await reader.pending())
  const waiting = changes.filter((change) => pending.has(formatEntityMember(change)))
  const states = new Map<string, Desired | 'refused'>()
  for (const [kind, some] of Map.groupBy(waiting, (change) => change.kind)) {
    const records = await reader.records(
      kind,
      some.map((change) => change.id),
    )
    for (const record of records)
      if (record?.desired && record.revision > record.appliedRevision)
        states.set(formatEntityMember({ kind, id: record.id }), isRefusedForAdmin(record) ? 'refused' : record.desired)
  }
  return states
}
