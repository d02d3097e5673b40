/**
 * The arithmetic of the account's minute. `minute.lua.ts` says the same in Lua, where it runs in Redis for all workers
 * at once; this one is for the dashboard and for the tests, which hold the two against each other.
 *
 * Requests are paid with tokens. They come smoothly, at the limit less the reserve, and a second's worth may pile up. A
 * removal may run up a debt of 5 % of the minute, which the others then wait for: so it overtakes, and nothing is lost
 * while there are none. Of what Zendesk says is left of the minute, the last 5 % are theirs, too, until it nearly ends.
 *
 * Other integrations spend from the same minute. Their rate is estimated from what answers say is left beyond what we
 * spent ourselves; once they take more than the reserve, we spread what is left, less what they will take, over the
 * rest of the minute.
 */
export interface Minute {
  /** Requests a minute that Zendesk grants the account. */
  readonly limit: number
  /** The share of the limit that is left to others, 0 to 1. */
  readonly reserve: number
  readonly tokens: number
  /** When the tokens were last counted, ms. */
  readonly at: number
  /** What was left at the last answer; null when none told. */
  readonly remaining: number | null
  /** When the minute begins anew, ms; 0 when answers do not tell. */
  readonly resetAt: number
  readonly observedAt: number
  /** Requests granted since that answer. */
  readonly since: number
  /** Requests a millisecond that others take. */
  readonly others: number
  /** The share of our rate that the last 429 of the account left us, at the time when it ended, ms. */
  readonly caution: number
  readonly cautionAt: number
}

/**
 * What is kept for removals, as a share of the limit: of what is left of the minute, and as a debt that they may run
 * up.
 */
export const FOR_REMOVALS = 0.05
/** The others get at what is kept when the minute ends so soon: a removal that comes late then waits for no longer. */
export const RELEASED_MS = 2_000
/** What stays kept then, as a share of the limit: our estimates lag behind by about as much. */
export const MARGIN = 0.02
/** A wait is asked about again after a second at the latest, since answers change it. */
export const LONGEST_WAIT_MS = 1_000
/**
 * At the very end of a minute, what is left is spread over a quarter of a second: `ratelimit-reset` has whole seconds.
 */
export const SHORTEST_REST_MS = 250
/**
 * What is left of our rate after a 429 of the account, and how long until all of it is back: should Zendesk count
 * otherwise than we think, we find what it allows all the same.
 */
export const CAUTION = 0.7
export const CAUTION_MS = 120_000
/** Without `ratelimit-reset` a used-up minute is known only by trying, at this share of the rate. */
export const CREEP = 0.05

/** Requests a millisecond that we may send. */
export function rateOf(m: Minute, now: number): number {
  return Math.min(rateFromAnswers(m, now), fullRate(m) * cautionAt(m, now))
}

/** The share of our rate that is back since the last 429. */
export function cautionAt({ caution, cautionAt: since }: Minute, now: number): number {
  return Math.min(1, caution + Math.max(0, now - since) / CAUTION_MS)
}

function rateFromAnswers(m: Minute, now: number): number {
  const most = fullRate(m)
  if (m.remaining === null) return most
  if (m.resetAt === 0) {
    const spent = m.remaining - m.since <= m.limit * FOR_REMOVALS && now - m.observedAt < 5_000
    return spent ? most * CREEP : steadyRate(m, now)
  }
  if (now >= m.resetAt) return steadyRate(m, now)
  const spendable = m.remaining - m.since - m.others * (now - m.observedAt) - keptOf(m, now)
  return Math.max(0, Math.min(most, spendable / Math.max(m.resetAt - now, SHORTEST_REST_MS) - m.others))
}

/** Tokens now: a second's worth at most, one at least. */
export function tokensAt(m: Minute, now: number): number {
  const elapsed = Math.max(0, now - m.at)
  const sinceReset = m.remaining !== null && m.resetAt > m.at && now >= m.resetAt ? now - m.resetAt : 0
  const gained =
    sinceReset > 0 ? rateOf(m, m.at) * (elapsed - sinceReset) + rateOf(m, now) * sinceReset : rateOf(m, now) * elapsed
  return Math.min(m.tokens + gained, Math.max(1, fullRate(m) * 1_000))
}

/** Milliseconds until the minute has so many requests for us; 0 when it has them now. */
export function waitFor(m: Minute, requests: number, removal: boolean, now: number): number {
  const known = m.remaining !== null && m.resetAt > now
  if (known && m.remaining - m.since - (removal ? 0 : keptOf(m, now)) < requests) return clampWait(m.resetAt - now)
  const lacking = requests - tokensAt(m, now) - (removal ? m.limit * FOR_REMOVALS : 0)
  if (lacking <= 0) return 0
  const rate = removal ? fullRate(m) : rateOf(m, now)
  return clampWait(rate > 0 ? lacking / rate : m.resetAt - now)
}

/** Until an answer tells what the new minute has: what others leave of it, if they go on as before. */
function steadyRate(m: Minute, now: number): number {
  const most = fullRate(m)
  if (now - m.observedAt >= 60_000) return most
  return Math.min(most, Math.max(most * CREEP, (m.limit * (1 - MARGIN)) / 60_000 - m.others))
}

/** Requests of what is left of the minute that are kept for removals. */
function keptOf(m: Minute, now: number): number {
  return m.limit * (m.resetAt - now > RELEASED_MS ? FOR_REMOVALS : MARGIN)
}

function fullRate({ limit, reserve }: Minute): number {
  return (limit * (1 - reserve)) / 60_000
}

function clampWait(ms: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(1, Math.ceil(ms)))
}
