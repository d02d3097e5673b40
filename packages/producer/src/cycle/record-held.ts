import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CyclePlan } from './cycle-plan.ts'

/**
 * Makes what is held equal to the plan, and drops the decisions that have nothing left to decide: their change was carried
 * out, or nobody asks for it any more. One that an admin made while the cycle was planning stays.
 */
export async function recordHeld(
  ledger: CycleLedger,
  reader: LedgerReader,
  { held, decided, decisions }: Pick<CyclePlan, 'held' | 'decided' | 'decisions'>,
): Promise<void> {
  const keys = connectionKeys(ledger.connection)
  const before = new Map((await reader.held()).map((change) => [change.key, JSON.stringify(change)]))
  const after = new Map(held.map((change) => [change.key, JSON.stringify(change)]))
  await ledger.write([
    ...[...after]
      .filter(([key, text]) => before.get(key) !== text)
      .map(([key, text]) => ['HSET', keys.held, key, text] as const),
    ...[...before.keys()].filter((key) => !after.has(key)).map((key) => ['HDEL', keys.held, key] as const),
  ])
  await ledger.dropDecisions([...decisions].filter(([key]) => !decided.has(key)))
}
