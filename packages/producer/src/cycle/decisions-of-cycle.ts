import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'

/** Who "decided" in place of a decision that nobody can read. */
const NOBODY = 'a decision that nobody can read'

/**
 * The admins' decisions as a cycle goes by them. One that nobody can read may have been a rejection: for as long as its
 * change is held, it stands for one.
 *
 *   what stands in Redis          | is held | goes for
 *   ------------------------------|---------|----------------------------
 *   a decision                    | –       | itself
 *   a value that nobody can read  | yes     | a rejection of what is held
 *   a value that nobody can read  | no      | none
 *   no hash of decisions at all   | yes     | a rejection of what is held
 */
export async function decisionsOfCycle(reader: LedgerReader): Promise<ReadonlyMap<string, Decision>> {
  const { values, unreadable } = await reader.storedDecisions()
  if (unreadable.length === 0) return values
  const fields = new Set(unreadable.map(({ field }) => field))
  const kept = (await reader.held()).filter(({ key }) => fields.has(key) || fields.has(undefined))
  const standIns = kept.map(({ key, print, since }) => {
    const standIn: Decision = { decision: 'rejected', print, by: NOBODY, at: since }
    return [key, standIn] as const
  })
  return new Map([...values, ...standIns])
}

/** Whether an admin made it. What only stands in for a decision is not there to be dropped. */
export function isMadeByAdmin({ by }: Decision): boolean {
  return by !== NOBODY
}
