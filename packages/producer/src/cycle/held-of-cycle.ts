import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'

/** What is held as a cycle begins, and what may be, for all that can be read. */
export interface HeldOfCycle {
  readonly held: readonly HeldChange[]
  readonly mayBeHeld: (change: Pick<HeldChange, 'key' | 'category'>) => boolean
}

/**
 * Reads what is held for the guard, from which nothing gets away because nobody can read it in the ledger.
 *
 *   can't be read        | may be held
 *   ---------------------|--------------------------------------------------------------------------------
 *   nothing              | nothing but what was read
 *   a value of the hash  | the change of its key
 *   the hash as a whole  | each change of the categories of which the last cycle held any; all when that is not known
 */
export async function heldOfCycle(reader: LedgerReader): Promise<HeldOfCycle> {
  const { values, unreadable } = await reader.storedHeld()
  const keys = new Set(unreadable.map(({ field }) => field))
  const counts = keys.has(undefined) ? (await reader.lastCycle())?.held : {}
  return {
    held: [...values.values()],
    mayBeHeld: ({ key, category }) => keys.has(key) || counts === undefined || (counts[category] ?? 0) > 0,
  }
}
