import { withoutSecrets } from './known-secrets.ts'

/** What a problem is about. */
export type ProblemSubject = 'user' | 'group' | 'membership' | 'connection' | 'account'

/**
 * A reported trouble with one thing. It is stored until it is solved, counted in each cycle's summary, logged
 * once and shown in the dashboard.
 */
export interface Problem {
  /** Stable, upper case, for filters and the runbook: `EMAIL_MISSING`. */
  readonly code: string
  readonly subject: ProblemSubject
  /** The thing's directory id where it has one, else another stable key (a group's name, an account's). */
  readonly id: string
  readonly dn?: string
  /** The directory's or Zendesk's attribute that is at fault. */
  readonly attribute?: string
  /** What is wrong, with the offending value unless it is masked. */
  readonly what: string
  /** What the admin can do about it. */
  readonly todo: string
}

/** A problem as it may be stored and shown: what it quotes holds no known secret. */
export function withoutSecretsIn(problem: Problem): Problem {
  return { ...problem, what: withoutSecrets(problem.what), todo: withoutSecrets(problem.todo) }
}

/** Two reports of one trouble have one key, so that it is told once. */
export function problemKey(problem: Problem): string {
  return [problem.subject, problem.id, problem.code, problem.attribute ?? ''].join('|')
}

/** The field of what a write reported: one entity has one write at a time, and so at most one problem of a write. */
export function writeKey(problem: Pick<Problem, 'subject' | 'id'>): string {
  return `write|${problem.subject}|${problem.id}`
}
