import type { InTheWay } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { Outcome } from '../outcome.ts'
import { LeaseLostError } from './held-write.ts'

/** Whether a request that failed may have taken effect all the same. */
export type Effect = 'none' | 'unknown'

export interface Judgement {
  readonly outcome: Outcome
  readonly effect: Effect
}

/** How long a job waits when a limit names no time, ms. */
const LIMIT_MS = 10_000
/** How long a job waits whose entity another worker writes by now, ms. */
const LEASE_MS = 1_000
/** How long everything waits for an admin who has to mend the account's credentials, ms. */
const CREDENTIALS_MS = 15_000
/** How long a job waits for a scope, ms. Longer: other calls may work, and need the account's requests. */
const SCOPE_MS = 120_000

/**
 * What a failed request means for its jobs.
 *
 *   error            | outcome                          | effect
 *   -----------------|----------------------------------|--------
 *   rate limited     | later, when Retry-After ends     | none
 *   too many jobs    | later                            | none
 *   unauthenticated  | later: no job is at fault        | none
 *   forbidden        | rejected; for want of a scope later: no job is at fault | none
 *   not found        | retry; callers that know better say so first | none
 *   conflict         | retry                            | none
 *   invalid          | rejected                         | none
 *   batch refused    | rejected; callers split first    | none
 *   unavailable      | retry, after Retry-After         | unknown
 *   unanswered       | retry                            | unknown unless nothing was sent
 *   unreadable       | retry                            | unknown
 *   lease lost       | later                            | none: it was not sent
 */
export function judgeError(error: unknown): Judgement {
  if (error instanceof LeaseLostError)
    return { outcome: { status: 'later', why: error.message, ms: LEASE_MS }, effect: 'none' }
  if (!(error instanceof ZendeskError)) {
    return {
      outcome: { status: 'retry', why: error instanceof Error ? error.message : String(error) },
      effect: 'unknown',
    }
  }
  const { problem, message } = error
  switch (problem.kind) {
    case 'rate limited':
      return { outcome: { status: 'later', why: message, ms: problem.retryAfterMs ?? LIMIT_MS }, effect: 'none' }
    case 'too many jobs':
      return { outcome: { status: 'later', why: message, ms: LIMIT_MS }, effect: 'none' }
    case 'unauthenticated':
      return { outcome: { status: 'later', why: message, ms: CREDENTIALS_MS }, effect: 'none' }
    case 'forbidden':
      if (problem.scopes) return { outcome: { status: 'later', why: message, ms: SCOPE_MS }, effect: 'none' }
      return {
        outcome: rejected(
          'FORBIDDEN',
          message,
          "Give the API's user or OAuth client the right that Zendesk names, then retry",
        ),
        effect: 'none',
      }
    case 'not found':
    case 'conflict':
      return { outcome: { status: 'retry', why: message }, effect: 'none' }
    case 'invalid':
    case 'batch refused':
      return {
        outcome: rejected('REFUSED', message, 'Correct the value in the directory or in the mapping'),
        effect: 'none',
      }
    case 'unavailable':
      return {
        outcome: {
          status: 'retry',
          why: message,
          ...(problem.retryAfterMs !== undefined && { afterMs: problem.retryAfterMs }),
        },
        effect: 'unknown',
      }
    case 'unanswered':
      return { outcome: { status: 'retry', why: message }, effect: problem.sent === false ? 'none' : 'unknown' }
    case 'unreadable':
      return { outcome: { status: 'retry', why: message }, effect: 'unknown' }
    default:
      throw new TypeError(`No judgement for ${JSON.stringify(problem satisfies never)}`)
  }
}

export function rejected(code: string, why: string, todo: string, inTheWay?: InTheWay): Outcome {
  return { status: 'rejected', code, why, todo, ...(inTheWay && { inTheWay }) }
}
