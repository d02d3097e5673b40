import type { EntryTexts, Evaluation } from '../mapping/evaluation.ts'

/** What the process of expressions is asked. */
export interface Question {
  readonly id: number
  readonly sources: readonly string[]
  readonly entries: readonly EntryTexts[]
}

export interface Answer {
  readonly id: number
  /** One list per entry, one evaluation per source. */
  readonly evaluations: readonly (readonly Evaluation[])[]
}
