import type { LimitScope, RequestName, ZendeskProblem } from './errors.ts'
import { readEndpointLimit, readRateHeaders, readRetryAfter, type AnswerHeaders } from './rate-headers.ts'
import { readErrorBody, type ErrorBody } from './read-error-body.ts'

export interface Answer extends RequestName {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: string
}

/**
 * What an answer without success means. The body's `error` counts before the status, since Zendesk documents the words
 * of a refusal better than its status: nobody has recorded with which one TooManyJobs comes.
 *
 * @param now milliseconds since the epoch, for a Retry-After that is a date
 */
export function classifyAnswer(answer: Answer, now: number): { problem: ZendeskProblem; words: string } {
  const body = readErrorBody(answer.body)
  const problem = problemOf(answer, body, now)
  return { problem, words: describe(problem, answer.status, body.words) }
}

function problemOf(answer: Answer, body: ErrorBody, now: number): ZendeskProblem {
  const { status, headers } = answer
  const retryAfterMs = readRetryAfter(headers, now)
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (body.code === 'TooManyJobs')
    return { kind: 'too many jobs', jobIds: strings(body.json?.['current_job_ids']), ...retry }
  if (status === 429 || body.code === 'APIRateLimitExceeded')
    return { kind: 'rate limited', scope: limitScope(answer, body), ...retry }
  if (status === 401) return { kind: 'unauthenticated' }
  // With which status Zendesk says that no seat is left, nobody has recorded.
  if (detailsOf(body).some(({ error }) => error === 'MaxAgentExceeded'))
    return { kind: 'invalid', details: detailsOf(body) }
  if (status === 403) return forbidden(answer, body)
  if (status === 404) return { kind: 'not found' }
  // A refusal that names a field stays one, whichever status it comes with: it would be refused again.
  if (status === 409 && body.details.length > 0) return { kind: 'invalid', details: detailsOf(body) }
  if (status === 409 || body.code === 'DatabaseConflict') return { kind: 'conflict' }
  if (status >= 500) return { kind: 'unavailable', ...retry }
  if (status === 408 || status === 425) return { kind: 'unavailable', ...retry }
  if (status < 400) return { kind: 'unreadable' }
  return refusedBatch(answer, body) ?? { kind: 'invalid', details: detailsOf(body) }
}

/**
 *   answer                                                        | scope
 *   --------------------------------------------------------------|------------------
 *   "…updating a single unique user…"                             | one user
 *   job_statuses                                                  | job statuses
 *   incremental or search/export                                  | exports
 *   the header says that the limit of single user writes is used up, of any path | single user write
 *   PUT of one user, create_or_update, while the minute has left  | single user write
 *   anything else                                                 | account
 */
function limitScope({ method, path, headers, body }: Answer, { words }: ErrorBody): LimitScope {
  if (/single unique user/i.test(body)) return 'one user'
  const { remaining } = readRateHeaders(headers)
  if (remaining === 0 || /requests per minute|APIRateLimitExceeded/i.test(`${words} ${body}`)) return 'account'
  if (/\/job_statuses/.test(path)) return 'job statuses'
  if (/\/incremental\/|\/search\/export/.test(path)) return 'exports'
  const single =
    (method === 'PUT' && /\/users\/\d+(\.json)?$/.test(path)) || /\/users\/create_or_update(\.json)?$/.test(path)
  if (readEndpointLimit(headers, 'create-update-user')?.remaining === 0 || (single && remaining !== undefined))
    return 'single user write'
  return 'account'
}

function forbidden({ path }: Answer, { words, details }: ErrorBody): ZendeskProblem {
  const scopes = /missing the following required scopes?:\s*([\w:,\s]+)/i
    .exec(words)?.[1]
    ?.split(/[\s,]+/)
    .filter(Boolean)
  if (scopes) return { kind: 'forbidden', scopes }
  if (details.length === 0 && /\/users\/create(_or_update)?_many(\.json)?$/.test(path))
    return { kind: 'forbidden', bulkImport: true }
  return { kind: 'forbidden' }
}

/** `users.3.id must be an integer` refuses all items for the sake of the fourth; too many items refuse themselves. */
function refusedBatch(
  { method, path, status }: Answer,
  { code, words, details }: ErrorBody,
): ZendeskProblem | undefined {
  if (method === 'GET' || !/_many(\.json)?$/.test(path) || (status !== 400 && status !== 422) || details.length > 0)
    return undefined
  const item = /\b(?:users|group_memberships|organizations)\.(\d+)\b/.exec(words)?.[1]
  if (item !== undefined) return { kind: 'batch refused', item: Number(item) }
  return status === 400 || code === 'TooManyValues' ? { kind: 'batch refused' } : undefined
}

function detailsOf({ code, words, details }: ErrorBody) {
  if (details.length > 0) return details
  return words === '' && code === undefined
    ? []
    : [{ field: 'base', description: words || code!, ...(code !== undefined && { error: code }) }]
}

function describe(problem: ZendeskProblem, status: number, words: string): string {
  const said = words === '' ? '' : ` Zendesk says: ${words}`
  switch (problem.kind) {
    case 'rate limited':
      return `Zendesk’s rate limit (${problem.scope}) is used up${waitFor(problem.retryAfterMs)}.${said}`
    case 'too many jobs':
      return `Zendesk has as many job statuses queued or working as it allows.${said}`
    case 'unauthenticated':
      return `Zendesk does not accept the credentials (${status}); check the account’s client or API token.${said}`
    case 'forbidden':
      if (problem.bulkImport)
        return `Zendesk refuses bulk user import (${status}); the account’s owner has to ask Zendesk Support to switch it on.${said}`
      if (problem.scopes) return `The OAuth client lacks the scope ${problem.scopes.join(', ')} (${status}).${said}`
      return `The API’s user may not do this (${status}); it must be an administrator.${said}`
    case 'not found':
      return `Zendesk does not know it (${status}).${said}`
    case 'conflict':
      return `Another write got in the way (${status}); it can be tried again.${said}`
    case 'invalid':
      return `Zendesk refuses the values (${status}).${said}`
    case 'batch refused':
      return `Zendesk refuses the whole batch (${status})${problem.item === undefined ? '' : ` for its item ${problem.item}`}.${said}`
    case 'unavailable':
      return `Zendesk is not available at the moment (${status})${waitFor(problem.retryAfterMs)}.${said}`
    case 'unanswered':
      return `Zendesk did not answer.${said}`
    case 'unreadable':
      return `The answer (${status}) is none of Zendesk’s API; check the account’s URL and any proxy.${said}`
    default:
      throw new TypeError(`No words for ${JSON.stringify(problem satisfies never)}`)
  }
}

function waitFor(ms: number | undefined): string {
  return ms === undefined ? '' : `; try again in ${Math.ceil(ms / 1000)} s`
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
