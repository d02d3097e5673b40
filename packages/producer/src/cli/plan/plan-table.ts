import Table from 'cli-table3'
import type { Change } from '../../plan/change.ts'

/** The width of a terminal that does not say how wide it is, and of a file. */
const COLUMNS = 120

/** What the table's lines and its spaces take, columns. */
const FRAME = 10

/** Characters of the labels that are shown: at least, and at most. */
const SAMPLE = { least: 20, most: 70 }

/** What a row names of each that it counts: an address, or a group's name. */
type Labelled = Pick<Change, 'label'>

/** What is done, how often, and to which, as far as that is known. */
export type Row = readonly [what: string, count: number, of: readonly Labelled[]]

/** A row for all that have the same words. */
export function rowsBy<T extends Labelled>(all: readonly T[], wordsFor: (one: T) => string): Row[] {
  return [...Map.groupBy(all, wordsFor)].map(([what, some]) => [what, some.length, some])
}

/** Rows of what is counted, and not known one by one. */
export function rowsOfCounts(counts: Readonly<Record<string, number>>, prefix: string): Row[] {
  return Object.entries(counts).map(([name, count]) => [prefix + name, count, []])
}

/** The rows as a table of at most so many columns, the terminal's by default, if the first ones leave room. */
export function tableOf(rows: readonly Row[], columns = terminalColumns()): string {
  const table = new Table({
    head: ['change', 'count', 'of'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'left'],
  })
  const taken = Math.max(...rows.map(([what]) => what.length)) + 'count'.length + FRAME
  const most = Math.min(SAMPLE.most, Math.max(SAMPLE.least, columns - taken))
  for (const [what, count, of] of rows) table.push([what, count, sample(of, most)])
  return table.toString()
}

/** How wide the terminal is, columns; 120 where it does not say so, and of a file. */
export function terminalColumns(): number {
  return Number(process.env['COLUMNS']) || process.stdout.columns || COLUMNS
}

/** The first few, in what fits beside them. */
function sample(all: readonly Labelled[], most: number): string {
  const text = all.map(({ label }) => label).join(', ')
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
