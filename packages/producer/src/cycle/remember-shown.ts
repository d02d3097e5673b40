import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Difference } from '@provisioner/shared/ledger/cycle-notes.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CyclePlan } from './cycle-plan.ts'

/**
 * Remembers which groups show members, and which users name groups. What shows none any more is remembered as long as
 * something is held for that: then an admin has approved it, or nothing ever depended on it. Of a plan that is not
 * whole (`isWhole`) nothing is forgotten.
 */
export async function rememberShown(
  ledger: CycleLedger,
  reader: LedgerReader,
  { shownGroups, shownUsers }: Pick<CyclePlan, 'shownGroups' | 'shownUsers'>,
  { isWhole }: { isWhole: boolean },
): Promise<void> {
  const forgetsGroups = isWhole && !shownGroups.asked
  await ledger.notes.rememberShown({
    groups: difference(await reader.shownGroups(), shownGroups.now, { forgets: forgetsGroups }),
    users: difference(await reader.shownUsers(), shownUsers, { forgets: isWhole }),
  })
}

/** What came since it was noted, and, unless all of it is remembered, what went. */
function difference(
  before: ReadonlySet<string>,
  now: ReadonlySet<string>,
  { forgets }: { forgets: boolean },
): Difference {
  return { appeared: now.difference(before), vanished: forgets ? before.difference(now) : new Set() }
}
