import type { Problem } from '../problem.ts'
import type { StoredProblem } from './ledger-reader.ts'

type Told = Pick<StoredProblem, 'problem' | 'since'>

/**
 * Orders problems: the newest first; of one time those of the whole connection before those of entries, whose cause
 * they may be, and then by code and name, so that what belongs together stands together.
 */
export function newestFirst(a: Told, b: Told): number {
  const name = ({ problem: { dn, id } }: Told) => dn ?? id
  return (
    b.since - a.since ||
    causesFirst(a.problem, b.problem) ||
    a.problem.code.localeCompare(b.problem.code) ||
    name(a).localeCompare(name(b))
  )
}

/** Orders what is told of the account and the connection before what is told of entries. */
export function causesFirst(a: Problem, b: Problem): number {
  const isOfAll = ({ subject }: Problem) => subject === 'connection' || subject === 'account'
  return Number(isOfAll(b)) - Number(isOfAll(a))
}
