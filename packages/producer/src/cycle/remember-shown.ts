import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CyclePlan } from './cycle-plan.ts'

/** Names per command: so many arguments Lua's `unpack` takes in any case. */
const CHUNK = 100

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
  const keys = connectionKeys(ledger.connection)
  await ledger.write([
    ...differences(keys.shownGroups, await reader.shownGroups(), shownGroups.now, isWhole && !shownGroups.asked),
    ...differences(keys.shownUsers, await reader.shownUsers(), shownUsers, isWhole),
  ])
}

function differences(key: string, before: ReadonlySet<string>, now: ReadonlySet<string>, forgets: boolean) {
  return [
    ...chunks(now.difference(before)).map((names) => ['SADD', key, ...names] as const),
    ...chunks(forgets ? before.difference(now) : new Set<string>()).map((names) => ['SREM', key, ...names] as const),
  ]
}

function chunks(names: ReadonlySet<string>): string[][] {
  const all = [...names]
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_none, i) => all.slice(i * CHUNK, (i + 1) * CHUNK))
}
