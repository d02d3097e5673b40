import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import { describeCategory, describeDecision, GUARD_CATEGORIES } from '@provisioner/shared/ledger/describe-held.ts'
import { isHeldOneByOne, type GuardMeasure } from '@provisioner/shared/ledger/held-change.ts'

/**
 * Held changes as lines: of each category how many they are and how far that is beyond its limit, then the first `most`
 * of them. Of what needs a word for each, the first `mostOneByOne`: all of them unless it is said otherwise.
 */
export function listHeld(
  changes: readonly DecidedChange[],
  measures: Readonly<Record<string, GuardMeasure>>,
  most: number,
  mostOneByOne = Infinity,
): string[] {
  const byCategory = [...Map.groupBy(changes, ({ category }) => category)].sort(([a], [b]) => rank(a) - rank(b))
  return byCategory.flatMap(([category, some]) => {
    const listed = some.slice(0, isHeldOneByOne(category) ? mostOneByOne : most)
    return [
      `  ${describeCategory(category, some.length, measures[category])}`,
      ...listed.map((change) => `    ${describe(change)}`),
      ...(listed.length < some.length ? [`    … and ${some.length - listed.length} more (--all)`] : []),
    ]
  })
}

function rank(category: string): number {
  return GUARD_CATEGORIES.indexOf(category.split(':')[0]!)
}

function describe({ operation, label, cause, dn, decision }: DecidedChange): string {
  const why = [cause, dn].filter((text) => text !== '').join('; ')
  return `${operation}  ${label}  (${why})${decision ? `  ${describeDecision(decision)}` : ''}`
}
