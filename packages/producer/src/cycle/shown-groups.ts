import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import type { CyclePlan } from './cycle-plan.ts'

/**
 * Remembers which groups show members. One that shows none any more is remembered as long as something is held for that:
 * then an admin has approved it, or nothing ever depended on it.
 */
export async function recordShownGroups(
  ledger: CycleLedger,
  before: ReadonlySet<string>,
  { now, asked }: CyclePlan['shownGroups'],
): Promise<void> {
  const key = connectionKeys(ledger.connection).shownGroups
  await ledger.write([
    ...[...now].filter((group) => !before.has(group)).map((group) => ['SADD', key, group] as const),
    ...(asked ? [] : [...before].filter((group) => !now.has(group)).map((group) => ['SREM', key, group] as const)),
  ])
}
