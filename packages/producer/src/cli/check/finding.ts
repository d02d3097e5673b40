import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

/**
 * How something was found:
 *
 *   ok       | ✓ | as it should be
 *   unknown  | ? | nobody can tell without writing
 *   warning  | ! | it works, and somebody should look at it
 *   failed   | ✗ | it keeps the product from doing what the configuration says
 */
export type Level = 'ok' | 'unknown' | 'warning' | 'failed'

/** What was found of one thing that was looked at. */
export interface Finding {
  readonly level: Level
  /** The thing, in a word or two: `sign-in`, `users.locations[0]`. */
  readonly about: string
  readonly what: string
  /** What to do about it. */
  readonly todo?: string
  /** The code by which the runbook has it. */
  readonly code?: string
}

/** Tells what was found. */
export type Tell = (...findings: readonly Finding[]) => void

/** All that was found of one part. */
export interface Section {
  readonly part: 'configuration' | 'directory' | 'zendesk' | 'redis'
  /** The connection, or the account; undefined for what all of them share. */
  readonly of?: string
  /** Where it is: a file, an address. */
  readonly where: string
  readonly findings: readonly Finding[]
}

/** A problem, as one line of a table. */
export function ofProblem(level: Level, about: string, { code, what, todo }: Problem): Finding {
  return { level, about, what, todo, code }
}

/** What keeps a part from being looked at. The message of a known error says what to do as well. */
export function ofError(about: string, error: unknown): Finding {
  if (error instanceof ProvisioningError) return { level: 'failed', about, what: error.message, code: error.code }
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { level: 'failed', about, what: `It ended with an error that nobody foresaw (${words})`, todo: 'Report it' }
}

const ORDER: readonly Level[] = ['ok', 'unknown', 'warning', 'failed']

/** The worst of what was found; `ok` of nothing. What nobody can tell is no fault. */
export function worstOf(sections: readonly Section[]): Exclude<Level, 'unknown'> {
  const levels = sections.flatMap(({ findings }) => findings.map(({ level }) => level))
  const worst = levels.toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0] ?? 'ok'
  return worst === 'unknown' ? 'ok' : worst
}
