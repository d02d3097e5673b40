import type { EntryTexts, Evaluation } from '../mapping/evaluation.ts'

/** Indexes: an entry, and the expression that is run on it. */
export type Pair = readonly [entry: number, source: number]

/** What the process of expressions is asked: these expressions on these entries, one pair after the other. */
export interface Question {
  readonly id: number
  readonly sources: readonly string[]
  readonly entries: readonly EntryTexts[]
  readonly pairs: readonly Pair[]
}

/**
 * Comes for each pair as soon as it is done, so that the one that hangs is known. The first that overran ends the
 * question.
 */
export interface Answer {
  readonly id: number
  readonly evaluation: Evaluation
}
