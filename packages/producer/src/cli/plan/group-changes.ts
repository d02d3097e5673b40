import type { NameOfId } from '../../cycle/names-of-ids.ts'
import type { Starts } from '../../cycle/starts-of-plan.ts'
import type { Change } from '../../plan/change.ts'
import { describeValues, valuesOf } from './values-of-change.ts'

/** Changes of one kind that are shown as examples. */
const EXAMPLES = 3

/** What the text of a change is made with. */
export interface ShownWith {
  readonly starts: Starts
  /** Names of attributes whose values nobody is to see. */
  readonly masked: ReadonlySet<string>
  readonly nameOf: NameOfId
  /** What of a change was changed in Zendesk by somebody else. */
  readonly driftIn: (change: Change) => readonly string[]
}

/**
 * Changes of values, grouped: of those that change the same attributes, one line with their count, and some examples
 * with old and new values. Where all of them lead from the same to the same, the line says so once. What changes no
 * values, as memberships do, and who is created, is left to the table.
 */
export function groupChanges(changes: readonly Change[], shown: ShownWith): string[] {
  const changing = changes.filter(({ operation, changed }) => changed.length > 0 && !isCreation(operation))
  const groups = Map.groupBy(changing, ({ operation, changed }) => `${operation}: ${changed.join(', ')}`)
  return [...groups].flatMap(([title, some]) => {
    const examples = some.slice(0, EXAMPLES)
    const texts = new Set(some.map((change) => describeOne(change, shown)))
    const [same = ''] = texts
    const lines = examples.map(
      (change) => `    ${change.label}${texts.size > 1 ? `: ${describeOne(change, shown)}` : ''}`,
    )
    const more = some.length - examples.length
    if (texts.size === 1 && some.length === 1) return [`  ${some[0]!.operation}: ${some[0]!.label}: ${same}`]
    return [
      texts.size === 1 ? `  ${some[0]!.operation}, ${some.length} times: ${same}` : `  ${title}, ${some.length} times`,
      ...lines,
      ...(more > 0 ? [`    … and ${more} more (--all)`] : []),
    ]
  })
}

/** Every change on a line of its own, with its values; `most` of them. */
export function listChanges(changes: readonly Change[], shown: ShownWith, most: number): string[] {
  const more = changes.length - most
  return [
    ...changes.slice(0, most).map((change) => {
      const values = describeOne(change, shown)
      return `  ${change.operation}: ${change.label}${values === '' ? '' : `: ${values}`}`
    }),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ]
}

function describeOne(change: Change, { starts, masked, nameOf, driftIn }: ShownWith): string {
  const values = describeValues(valuesOf(change, starts, masked), { isNew: isCreation(change.operation), nameOf })
  const drift = driftIn(change)
  return drift.length > 0 ? `${values}; changed in Zendesk: ${drift.join(', ')}` : values
}

function isCreation(operation: Change['operation']): boolean {
  return operation === 'create user' || operation === 'create group'
}
