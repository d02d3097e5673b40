import type { ComparedItem, Comparison } from './compare-plans.ts'
import { describeSeats } from './describe-seats.ts'

/** Things of one kind that are shown as examples. */
const EXAMPLES = 3

/** What the two configurations are called. */
export interface ComparedNames {
  readonly present: string
  readonly next: string
}

export const SIGNS: Readonly<Record<ComparedItem['how'], string>> = { added: '+', dropped: '-', other: '~' }

/** Two plans side by side, as text: what they differ in, by operation, with some examples. */
export function describeComparison(
  comparison: Comparison,
  { present, next }: ComparedNames,
  { all, limit }: { readonly all: boolean; readonly limit: number | undefined },
): string {
  const { connection, items } = comparison
  const most = limit ?? (all ? Infinity : EXAMPLES)
  const groups = groupItems(items)
  return [
    `Connection '${connection}': what ${next} would do other than ${present}.`,
    describeTotals(comparison),
    ...(items.length === 0 ? ['', 'Nothing: both plan the same.'] : ['', ...COUNTED]),
    ...groups.flatMap(([title, some]) => [
      `${title}: ${some.length}`,
      ...some.slice(0, most).map((item) => `    ${item.label}${describeItem(item)}`),
      ...(some.length > most ? [`    … and ${some.length - most} more${limit === undefined ? ' (--all)' : ''}`] : []),
    ]),
    ...describeSides(comparison),
  ].join('\n')
}

const COUNTED = ['+ the new one alone does it, - the present one alone, ~ both do something else.']

/** Things of two plans, by how they differ, operation and guard's category: `+ suspend user (held: users)`. */
export function groupItems(items: readonly ComparedItem[]): [title: string, items: ComparedItem[]][] {
  const titleOf = ({ how, operation, held }: ComparedItem) =>
    `${SIGNS[how]} ${operation}${held === null ? '' : ` (held: ${held})`}`
  return [...Map.groupBy(items, titleOf)]
}

/** The values of a thing, and of one that both do what the present one does. */
export function describeItem({ values, was, operation, held }: ComparedItem): string {
  const now = values === '' ? '' : `: ${values}`
  if (!was) return now
  const before = [
    ...(was.operation === operation ? [] : [was.operation]),
    ...(was.held === held ? [] : [was.held === null ? 'not held' : `held: ${was.held}`]),
    ...(was.values === values || was.values === '' ? [] : [was.values]),
  ]
  return before.length === 0 ? now : `${now} (at present ${before.join('; ')})`
}

/** `In the directory: 10 → 8 users, 2 groups, 3 memberships.` */
export function describeTotals({ totals: { before, after } }: Comparison): string {
  const part = (name: 'users' | 'groups' | 'memberships') =>
    `${before[name] === after[name] ? before[name] : `${before[name]} → ${after[name]}`} ${name}`
  return `In the directory: ${part('users')}, ${part('groups')}, ${part('memberships')}.`
}

/** What the two say of seats and problems, where it is not the same. */
export function describeSides({ seats, problems }: Comparison): string[] {
  const [before, after] = [describeSeats(seats.before, false), describeSeats(seats.after, false)]
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ')
  const [come, go] = [list(problems.come), list(problems.go)]
  return [
    ...(before === after ? [] : [`${after ?? 'Seats: as they are.'} At present: ${before ?? 'as they are.'}`]),
    ...(come === '' ? [] : [`Problems that come: ${come}.`]),
    ...(go === '' ? [] : [`Problems that go: ${go}.`]),
  ]
}
