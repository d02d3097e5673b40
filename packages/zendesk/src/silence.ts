import { ReadError, TimeoutError, type RequestError } from 'got'
import { ZendeskError } from './errors.ts'

/**
 * Whether a request that got no whole answer may have taken effect.
 *
 *   what happened                                  | sent
 *   -----------------------------------------------|---------
 *   an answer began: 2xx whose body was cut off    | true
 *   no connection was made, or TLS refused         | false
 *   connected, then a time-out or a reset          | unknown
 */
export function wasSent(error: RequestError): boolean | 'unknown' {
  if (error instanceof ReadError || error.response) return true
  const { timings } = error
  if (!timings || timings.connect === undefined) return false
  const secure = error.options.url instanceof URL && error.options.url.protocol === 'https:'
  return secure && timings.secureConnect === undefined ? false : 'unknown'
}

/** What happened, for an admin, without the query or a body. */
export function describeSilence(error: RequestError, timeoutMs: number): string {
  const sent = wasSent(error)
  if (sent === true) return `Zendesk’s answer was cut off (${error.code}).`
  if (error instanceof TimeoutError) return `Zendesk did not answer within ${timeoutMs / 1000} s.`
  if (error.code === 'ERR_ABORTED') return 'We stopped waiting for Zendesk’s answer.'
  if (sent === false) return `Zendesk cannot be reached (${error.code}); check the account’s URL, the network and TLS.`
  return `The connection to Zendesk broke before it answered (${error.code}).`
}

/** The cause without the request that got keeps in its errors: that holds the credentials and the body. */
export function causeOf(error: RequestError): Error {
  return Object.assign(new Error(error.message), { code: error.code })
}

/** Whether the other side reset the connection, before its answer or in the middle of it. */
export function isBrokenConnection(error: unknown): boolean {
  if (!(error instanceof ZendeskError && error.problem.kind === 'unanswered')) return false
  return error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNRESET'
}
