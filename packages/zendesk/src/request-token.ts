import got, { RequestError } from 'got'
import { z } from 'zod'
import { classifyAnswer } from './classify-answer.ts'
import { ZendeskError } from './errors.ts'
import { AnswerTooLargeError, receive, type Received } from './receive.ts'
import { causeOf, describeSilence, wasSent } from './silence.ts'

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().nullish(),
  scope: z.string().nullish(),
})

/** An hour: Zendesk allows 5 minutes to 2 days. */
const EXPIRES_IN_S = 3_600
/** What clients made since May 2026 get when the answer names no end. */
const DEFAULT_EXPIRES_IN_S = 1_800

const REQUEST = { method: 'POST', path: '/oauth/tokens' } as const

/** A token of an OAuth client. */
export interface GrantedToken {
  readonly accessToken: string
  readonly expiresInMs: number
  /** What the token may do, as far as the answer says so (RFC 6749, 5.1, lets it be left out). */
  readonly scopes: readonly string[] | undefined
}

/** Asks Zendesk for a token of an OAuth client. @throws ZendeskError */
export async function requestToken({
  url,
  clientId,
  clientSecret,
  scope,
  timeoutMs,
}: {
  url: string
  clientId: string
  clientSecret: string
  scope: string
  timeoutMs: number
}): Promise<GrantedToken> {
  const { status, headers, body } = await post(`${url.replace(/\/+$/, '')}${REQUEST.path}`, timeoutMs, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
    expires_in: EXPIRES_IN_S,
  })
  const parsed = status >= 200 && status < 300 ? TokenAnswer.safeParse(parseJson(body)) : undefined
  if (parsed?.success)
    return {
      accessToken: parsed.data.access_token,
      expiresInMs: (parsed.data.expires_in ?? DEFAULT_EXPIRES_IN_S) * 1_000,
      scopes: parsed.data.scope?.split(/[\s,]+/).filter(Boolean),
    }
  // A refused client or scope comes as 400; for whoever wanted a token it is all the same.
  const refused = status === 400 || status === 403 || status === 422
  // What was meant to be a token may be one all the same: nothing of it is quoted.
  const shown = status >= 200 && status < 300 ? '' : body
  const answer = { ...REQUEST, status: refused ? 401 : status, headers, body: shown }
  const { problem, words } = classifyAnswer(answer, Date.now())
  throw new ZendeskError(problem, REQUEST, words, { status })
}

/** A token and what is said of it; not a page of somebody's. */
const MOST_BYTES = 2 ** 20

async function post(url: string, timeoutMs: number, json: object): Promise<Received> {
  const options = {
    json,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    timeout: { request: timeoutMs },
  } as const
  try {
    return await receive(got.stream.post(url, options), MOST_BYTES)
  } catch (error) {
    if (error instanceof AnswerTooLargeError) return { status: error.status, headers: error.headers, body: '' }
    if (!(error instanceof RequestError)) throw error
    throw new ZendeskError({ kind: 'unanswered', sent: wasSent(error) }, REQUEST, describeSilence(error, timeoutMs), {
      cause: causeOf(error),
    })
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
