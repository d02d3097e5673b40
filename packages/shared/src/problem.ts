import { z } from 'zod'
import { withoutSecrets } from './known-secrets.ts'

/** What a problem is about. */
const ProblemSubject = z.enum(['user', 'group', 'membership', 'connection', 'account'])
export type ProblemSubject = z.infer<typeof ProblemSubject>

/**
 * A reported trouble with one thing. It is stored until it is solved, counted in each cycle's summary, logged
 * once and shown in the dashboard.
 */
export const Problem = z.object({
  /** Stable, upper case, for filters and the runbook: `EMAIL_MISSING`. */
  code: z.string(),
  subject: ProblemSubject,
  /** The thing's directory id where it has one, else another stable key (a group's name, an account's). */
  id: z.string(),
  dn: z.string().exactOptional(),
  /** The directory's or Zendesk's attribute that is at fault. */
  attribute: z.string().exactOptional(),
  /** What is wrong, with the offending value unless it is masked. */
  what: z.string(),
  /** What the admin can do about it. */
  todo: z.string(),
})
export type Problem = Readonly<z.infer<typeof Problem>>

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
