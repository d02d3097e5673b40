import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { isHeldOneByOne } from '@provisioner/shared/ledger/held-change.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { isMadeByAdmin } from './decisions-of-cycle.ts'

/**
 * Makes what is held equal to the plan, and drops the decisions that have nothing left to decide: their change was
 * carried out, or nobody asks for it any more. One that an admin made while the cycle was planning stays; so does a
 * rejection whose change was not read or could not be planned, or of which another value is held by now. Of a first
 * plan that waits, what is held one by one and what was rejected is recorded; the rest is its summary. What nobody can
 * read of what is held is removed.
 */
export async function recordHeld(
  ledger: CycleLedger,
  reader: LedgerReader,
  {
    held,
    ifApproved,
    decided,
    decisions,
    unsettled,
  }: Pick<CyclePlan, 'held' | 'ifApproved' | 'decided' | 'decisions' | 'unsettled'>,
): Promise<void> {
  const { values, unreadable } = await reader.storedHeld()
  const before = new Map([...values].map(([key, change]) => [key, JSON.stringify(change)]))
  const recorded = ifApproved ? held.filter((one) => isHeldOneByOne(one.category) || decided.has(one.key)) : held
  const after = new Set(recorded.map(({ key }) => key))
  await ledger.notes.removeUnreadable(unreadable)
  await ledger.notes.hold(
    recorded.filter((change) => before.get(change.key) !== JSON.stringify(change)),
    [...before.keys()].filter((key) => !after.has(key) && !unsettled.has(key)),
  )
  const isKept = (key: string, { decision }: Decision) =>
    decided.has(key) || unsettled.has(key) || (decision === 'rejected' && after.has(key))
  await ledger.dropDecisions(
    [...decisions].filter(([key, decision]) => isMadeByAdmin(decision) && !isKept(key, decision)),
  )
}
