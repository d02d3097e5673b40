import type { StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Trouble } from '@provisioner/shared/ledger/troubles.ts'

/**
 * The problems that the troubles of the connection, which stand above them, do not tell already: those are listed and
 * counted.
 */
export function otherProblems(problems: readonly StoredProblem[], troubles: readonly Trouble[]): StoredProblem[] {
  const told = new Set(troubles.map(({ code }) => code))
  return problems.filter(({ problem }) => !told.has(problem.code))
}
