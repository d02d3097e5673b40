/** Headers of an answer, names in lower case as Node has them. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** What an answer's headers tell of the account's limits. */
export interface RateHeaders {
  /** Requests a minute. */
  readonly limit: number | undefined
  readonly remaining: number | undefined
  /** Seconds until the minute begins anew; never more than it has. */
  readonly resetSeconds: number | undefined
  readonly inflightJobs: { readonly total: number; readonly remaining: number } | undefined
}

/** Reads the limits from whichever spelling came: Zendesk has changed it between 2021, 2023 and 2024. */
export function readRateHeaders(headers: AnswerHeaders): RateHeaders {
  return {
    limit: number(headers, ['x-rate-limit', 'ratelimit-limit', 'rate-limit']),
    remaining: number(headers, ['x-rate-limit-remaining', 'ratelimit-remaining', 'rate-limit-remaining']),
    resetSeconds: withinMinute(number(headers, ['ratelimit-reset', 'rate-limit-reset'])),
    inflightJobs: readEndpointLimit(headers, 'inflight-jobs'),
  }
}

/** A limit of one endpoint: `zendesk-ratelimit-inflight-jobs: total=30; remaining=29; resets=60`. */
export function readEndpointLimit(
  headers: AnswerHeaders,
  endpoint: string,
): { total: number; remaining: number; resetSeconds: number | undefined } | undefined {
  const value = text(headers, [`zendesk-ratelimit-${endpoint}`, `zendesk-rate-limit-${endpoint}`])
  if (value === undefined) return undefined
  const read = (name: string): number | undefined => {
    const match = new RegExp(`${name}\\s*=\\s*(\\d+)`, 'i').exec(value)
    return match ? Number(match[1]) : undefined
  }
  const total = read('total')
  const remaining = read('remaining')
  return total === undefined || remaining === undefined ? undefined : { total, remaining, resetSeconds: read('resets') }
}

/** Milliseconds that `Retry-After` asks for, given as seconds or as a date; at most a day. */
export function readRetryAfter(headers: AnswerHeaders, now: number): number | undefined {
  const value = text(headers, ['retry-after'])?.trim()
  if (!value) return undefined
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 86_400_000) : undefined
}

/** A gateway that means a point in time by it would keep us from asking for years. */
function withinMinute(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds, 60)
}

/**
 * Zendesk's id of a request, which its support asks for. No reference documents the header, and no recording has it:
 * both names are hearsay.
 */
export function readRequestId(headers: AnswerHeaders): string | undefined {
  return text(headers, ['x-request-id', 'x-zendesk-request-id'])?.slice(0, 200)
}

function number(headers: AnswerHeaders, names: readonly string[]): number | undefined {
  const value = text(headers, names)
  return value !== undefined && /^\s*\d+/.test(value) ? Number.parseInt(value, 10) : undefined
}

function text(headers: AnswerHeaders, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) return typeof value === 'string' ? value : value[0]
  }
  return undefined
}
