import Table from 'cli-table3'

/** What a benchmark found: a ratio, since absolute times are noise on shared machines. */
export interface BenchResult {
  readonly bench: string
  readonly measured: number
  readonly reference: number
  /** `measured / reference`. */
  readonly ratio: number
  /** What the ratio must be: `<= 1.25`, `>= 0.95`. */
  readonly goal: string
  readonly met: boolean
}

/** Rows that tell a person how it came about. */
export type Rows = readonly (readonly [what: string, value: string])[]

export interface Finding {
  readonly result: BenchResult
  readonly rows: Rows
}

/** A ratio that must be at most, or at least, its goal. `also` are conditions beside the ratio. */
export function finding(
  bench: string,
  {
    measured,
    reference,
    goal,
    also = true,
    rows,
  }: { measured: number; reference: number; goal: `${'<=' | '>='} ${number}`; also?: boolean; rows: Rows },
): Finding {
  const ratio = measured / reference
  const limit = Number(goal.slice(3))
  const met = also && (goal.startsWith('<=') ? ratio <= limit : ratio >= limit)
  return {
    result: { bench, measured: rounded(measured), reference: rounded(reference), ratio: rounded(ratio), goal, met },
    rows,
  }
}

/** The table for people, and one line of JSON for scripts. */
export function describe({ result, rows }: Finding): string {
  const table = new Table({ style: { head: [], border: [], compact: true }, colAligns: ['left', 'right'] })
  for (const row of rows) table.push([...row])
  table.push(['ratio', `${result.ratio} (goal ${result.goal}: ${result.met ? 'met' : 'not met'})`])
  return `${table.toString()}\n${JSON.stringify(result)}`
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
