import type { StoredProblem } from './ledger-reader.ts'

type Told = Pick<StoredProblem, 'problem' | 'since'>

/** Orders problems: the newest first; of one time by code and name, so that what belongs together stands together. */
export function newestFirst(a: Told, b: Told): number {
  const name = ({ problem: { dn, id } }: Told) => dn ?? id
  return b.since - a.since || a.problem.code.localeCompare(b.problem.code) || name(a).localeCompare(name(b))
}
