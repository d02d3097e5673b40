/** What one check or one kind of test came to. */
export interface Tally {
  readonly name: string
  readonly passed: number
  /** What failed, by its name. */
  readonly failed: readonly string[]
  readonly skipped: readonly SkippedTest[]
  readonly milliseconds: number
}

export interface SkippedTest {
  readonly name: string
  readonly why: string
}

/** The summary's lines. The last one is for machines as well: `12 passed, 0 failed, 1 skipped`. */
export function summarize(tallies: readonly Tally[]): string[] {
  const width = Math.max(...tallies.map(({ name }) => name.length))
  const rows = tallies.map((tally) => {
    const counts = [`${tally.passed} passed`]
    if (tally.failed.length > 0) counts.push(`${tally.failed.length} failed`)
    if (tally.skipped.length > 0) counts.push(`${tally.skipped.length} skipped`)
    const seconds = `${(tally.milliseconds / 1000).toFixed(1)} s`
    return `  ${tally.failed.length > 0 ? '✗' : '✓'} ${tally.name.padEnd(width)}  ${seconds.padStart(8)}  ${counts.join(', ')}`
  })
  const failed = tallies.flatMap((tally) => tally.failed.map((name) => `  ${tally.name}: ${name}`))
  const skipped = tallies.flatMap((tally) =>
    tally.skipped.map(({ name, why }) => `  ${tally.name}: ${name}\n    because: ${why}`),
  )
  return [
    '',
    ...rows,
    ...(skipped.length > 0 ? ['', 'Skipped:', ...skipped] : []),
    ...(failed.length > 0 ? ['', 'Failed:', ...failed] : []),
    '',
    total(tallies),
  ]
}

function total(tallies: readonly Tally[]): string {
  const sum = (count: (tally: Tally) => number) => tallies.reduce((all, tally) => all + count(tally), 0)
  const skipped = sum((tally) => tally.skipped.length)
  const counts = `${sum((tally) => tally.passed)} passed, ${sum((tally) => tally.failed.length)} failed`
  return skipped > 0 ? `${counts}, ${skipped} skipped` : counts
}
