import { ProvisioningError } from '@provisioner/shared/errors.ts'

/** Which of Zendesk's limits an answer 429 speaks of. Each pauses alone. */
export type LimitScope = 'account' | 'single user write' | 'one user' | 'job statuses' | 'exports'

/** What Zendesk says of one attribute. `error` is its code, `DuplicateValue` for one, and sometimes absent. */
export interface InvalidDetail {
  readonly field: string
  readonly description: string
  readonly error?: string
}

/**
 * Why a request did not do what it should.
 *
 *   kind            | means                                                     | may it have taken effect?
 *   ----------------|-----------------------------------------------------------|------------------------------
 *   rate limited    | 429                                                       | no
 *   too many jobs   | 30 job statuses are queued or working                     | no
 *   unauthenticated | 401, after one renewal of the token                       | no
 *   forbidden       | 403; `bulkImport`: the account may not create in bulk     | no
 *   not found       | 404                                                       | no
 *   conflict        | 409, passing                                              | no
 *   invalid         | 400 or 422 with what is wrong, by attribute               | no
 *   batch refused   | 400 for the whole batch, for the sake of one item         | no
 *   unavailable     | 5xx                                                       | it may
 *   unanswered      | timed out, reset, or the answer was cut off               | as `sent` says
 *   unreadable      | 2xx whose body is not what Zendesk documents              | it did, or a proxy answered
 */
export type ZendeskProblem =
  | { readonly kind: 'rate limited'; readonly scope: LimitScope; readonly retryAfterMs?: number }
  | {
      readonly kind: 'too many jobs'
      readonly retryAfterMs?: number
      readonly jobIds: readonly string[]
    }
  | { readonly kind: 'unauthenticated' }
  | {
      readonly kind: 'forbidden'
      readonly bulkImport?: boolean
      readonly scopes?: readonly string[]
    }
  | { readonly kind: 'not found' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'invalid'; readonly details: readonly InvalidDetail[] }
  | { readonly kind: 'batch refused'; readonly item?: number }
  | { readonly kind: 'unavailable'; readonly retryAfterMs?: number }
  | { readonly kind: 'unanswered'; readonly sent: boolean | 'unknown' }
  | { readonly kind: 'unreadable' }

/** A request as an admin may see it: no query, which can hold addresses, and no body. */
export interface RequestName {
  readonly method: string
  readonly path: string
}

/**
 * Thrown when Zendesk refuses a request, cannot be reached, or answers what cannot be read. The caller decides what
 * then.
 */
export class ZendeskError extends ProvisioningError {
  override name = 'ZendeskError' as const
  override readonly code: string
  readonly problem: ZendeskProblem
  readonly request: RequestName
  /** The answer's status; absent when there was none. */
  readonly status: number | undefined

  constructor(
    problem: ZendeskProblem,
    request: RequestName,
    words: string,
    { status, cause }: { status?: number; cause?: unknown } = {},
  ) {
    super(`${request.method} ${request.path}: ${words}`, cause === undefined ? {} : { cause })
    this.code = `ZENDESK_${problem.kind.toUpperCase().replaceAll(' ', '_')}`
    this.problem = problem
    this.request = request
    this.status = status
  }
}

/**
 * What Zendesk does not let anybody with these credentials read, today or tomorrow: 403, or 404 where a plan lacks it.
 */
export type WithheldError = ZendeskError & { readonly problem: { readonly kind: 'forbidden' | 'not found' } }

export function isWithheld(error: unknown): error is WithheldError {
  return error instanceof ZendeskError && (error.problem.kind === 'forbidden' || error.problem.kind === 'not found')
}

/** Whether the address belongs to a user already, be it this one or another. */
export function isDuplicateEmail(error: unknown): boolean {
  return detailsOf(error).some(
    ({ field, error: code, description }) =>
      (field === 'email' || field === 'value') &&
      (code === 'DuplicateValue' || /already being used|has already been taken/i.test(description)),
  )
}

/** Whether the external id belongs to a user already. Zendesk reports it under `name`. */
export function isDuplicateExternalId(error: unknown): boolean {
  return detailsOf(error).some(({ field, description, error: code }) =>
    field === 'external_id'
      ? code === 'DuplicateValue' || /taken|used/i.test(description)
      : /^External\b.*(taken|used)/i.test(description),
  )
}

/** Whether the account has no seat left for another agent. */
export function isSeatsExhausted(error: unknown): boolean {
  return detailsOf(error).some(
    ({ error: code, description }) =>
      code === 'MaxAgentExceeded' || /MaxAgentExceeded|maximum number of agents|agent limit/i.test(description),
  )
}

/** Whether a user cannot be deleted for being the requester of tickets that are not closed. */
export function isOpenTickets(error: unknown): boolean {
  return detailsOf(error).some(({ description }) =>
    /requester on \d+ ticket|tickets? that (is|are) not closed/i.test(description),
  )
}

function detailsOf(error: unknown): readonly InvalidDetail[] {
  return error instanceof ZendeskError && error.problem.kind === 'invalid' ? error.problem.details : []
}
