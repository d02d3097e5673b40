import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { isHeldOneByOne } from '@provisioner/shared/ledger/held-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { withoutUnreadable } from '@provisioner/shared/ledger/read-stored.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { isMadeByAdmin } from './decisions-of-cycle.ts'

/**
 * Makes what is held equal to the plan, and drops the decisions that have nothing left to decide: their change was
 * carried out, or nobody asks for it any more. One that an admin made while the cycle was planning stays; so does a
 * rejection whose change was not read, or of which another value is held by now. Of a first plan that waits, what is
 * held one by one and what was rejected is recorded; the rest is its summary. What nobody can read of what is held is
 * removed.
 */
export async function recordHeld(
  ledger: CycleLedger,
  reader: LedgerReader,
  {
    held,
    ifApproved,
    decided,
    decisions,
    unread,
  }: Pick<CyclePlan, 'held' | 'ifApproved' | 'decided' | 'decisions' | 'unread'>,
): Promise<void> {
  const keys = connectionKeys(ledger.connection)
  const { values, unreadable } = await reader.storedHeld()
  const before = new Map([...values].map(([key, change]) => [key, JSON.stringify(change)]))
  const recorded = ifApproved ? held.filter((one) => isHeldOneByOne(one.category) || decided.has(one.key)) : held
  const after = new Map(recorded.map((change) => [change.key, JSON.stringify(change)]))
  await ledger.write([
    ...withoutUnreadable(unreadable),
    ...[...after]
      .filter(([key, text]) => before.get(key) !== text)
      .map(([key, text]) => ['HSET', keys.held, key, text] as const),
    ...[...before.keys()]
      .filter((key) => !after.has(key) && !unread.has(key))
      .map((key) => ['HDEL', keys.held, key] as const),
  ])
  const isKept = (key: string, { decision }: Decision) =>
    decided.has(key) || unread.has(key) || (decision === 'rejected' && after.has(key))
  await ledger.dropDecisions(
    [...decisions].filter(([key, decision]) => isMadeByAdmin(decision) && !isKept(key, decision)),
  )
}
