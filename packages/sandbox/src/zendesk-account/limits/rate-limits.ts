import type { Settings } from '../account.ts'
import { Refusal } from '../refusal.ts'
import { PLAN_LIMITS } from '../account-plan.ts'

const MINUTE_MS = 60_000
/** What answers tell of an account without limits. */
const NO_LIMIT = 10_000_000
/** PUT /users/{id} and create_or_update: https://developer.zendesk.com/api-reference/introduction/rate-limits/ */
const USER_WRITES_A_MINUTE = 5
const SINGLE_WRITE_EVERY_MS = 1_000

export type LimitHeaders = Readonly<Record<string, string>>

/**
 * Zendesk's limits in real time: the minutes of the account start with the sandbox, those of users with their writes.
 */
export class RateLimits {
  readonly #settings: Settings
  readonly #startedAt = Date.now()
  #minute = 0
  #used = 0
  #lastSingleWrite = -Infinity
  readonly #userWrites = new Map<number, number[]>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Counts a request. @throws Refusal when the minute has no more */
  admit(now = Date.now()): void {
    this.#turn(now)
    if (this.#settings.limits === 'off') return
    if (this.#used >= this.#total)
      throw tooMany('Number of allowed API requests per minute exceeded', this.#resets(now))
    this.#used++
  }

  /** One a second for the whole account. @throws Refusal */
  admitSingleWrite(now = Date.now()): void {
    if (this.#settings.limits === 'off') return
    const waitMs = this.#lastSingleWrite + SINGLE_WRITE_EVERY_MS - now
    if (waitMs > 0) {
      const headers = this.#endpointHeader('create-update-user', 1, 0, 1)
      throw tooMany(
        'Number of allowed create or update user requests per second exceeded',
        Math.ceil(waitMs / 1000),
        headers,
      )
    }
    this.#lastSingleWrite = now
  }

  /** Five a minute for each user. @throws Refusal in the one recorded form of a 429 */
  admitWriteOf(userId: number, now = Date.now()): void {
    if (this.#settings.limits === 'off') return
    const recent = (this.#userWrites.get(userId) ?? []).filter((at) => at > now - MINUTE_MS)
    if (recent.length >= USER_WRITES_A_MINUTE) throw oneUserExceeded(Math.ceil((recent[0]! + MINUTE_MS - now) / 1000))
    this.#userWrites.set(userId, [...recent, now])
  }

  /** As if another application had sent them. */
  consume(requests: number, now = Date.now()): void {
    this.#turn(now)
    this.#used = Math.min(this.#total, this.#used + requests)
  }

  /** In either of the two spellings that were recorded. */
  headers(now = Date.now()): LimitHeaders {
    this.#turn(now)
    const total = String(this.#total)
    const remaining = String(Math.max(0, this.#total - this.#used))
    const prefix = this.#settings.headerSpelling === '2023' ? 'rate-limit' : 'ratelimit'
    return {
      'x-rate-limit': total,
      'x-rate-limit-remaining': remaining,
      [`${prefix}-limit`.replace('rate-limit-limit', 'rate-limit')]: total,
      [`${prefix}-remaining`]: remaining,
      [`${prefix}-reset`]: String(this.#resets(now)),
    }
  }

  /** Of the answers to single writes. */
  singleWriteHeader(): LimitHeaders {
    return this.#settings.limits === 'off' ? {} : this.#endpointHeader('create-update-user', 1, 0, 1)
  }

  #endpointHeader(endpoint: string, total: number, remaining: number, resets: number): LimitHeaders {
    const old = this.#settings.headerSpelling === '2023'
    const value = [`total=${total}`, `remaining=${remaining}`, `resets=${resets}`].join(old ? ';' : '; ')
    return { [`zendesk-${old ? 'rate-limit' : 'ratelimit'}-${endpoint}`]: value }
  }

  get #total(): number {
    return this.#settings.limits === 'off' ? NO_LIMIT : PLAN_LIMITS[this.#settings.plan]
  }

  #turn(now: number): void {
    const minute = Math.floor((now - this.#startedAt) / MINUTE_MS)
    if (minute === this.#minute) return
    this.#minute = minute
    this.#used = 0
    for (const [userId, writes] of this.#userWrites)
      if (writes.at(-1)! < now - MINUTE_MS) this.#userWrites.delete(userId)
  }

  #resets(now: number): number {
    return Math.ceil((this.#startedAt + (this.#minute + 1) * MINUTE_MS - now) / 1000)
  }
}

export function oneUserExceeded(retryAfterSeconds: number): Refusal {
  return tooMany(
    'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ',
    retryAfterSeconds,
  )
}

/** Zendesk answers in plain text. */
export function tooMany(text: string, retryAfterSeconds: number | undefined, headers: LimitHeaders = {}): Refusal {
  return new Refusal(429, text, {
    ...headers,
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  })
}
