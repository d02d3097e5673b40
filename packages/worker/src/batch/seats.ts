import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { AccountProblems } from '../account-problems.ts'
import type { SeatsPort } from '../ports.ts'

/**
 * Whether the account has a seat for another agent. Zendesk's refusal is one thing, told once: while it lasts, what
 * needs a seat waits at no cost, and one batch tries again every ten minutes. Everything else goes on.
 */
export class Seats implements SeatsPort {
  readonly #redis: RedisClient
  readonly #account: string
  readonly #key: string
  readonly #problems: AccountProblems
  readonly #log: Logger

  readonly #holders: () => Promise<string>

  constructor(options: {
    redis: RedisClient
    account: string
    problems: AccountProblems
    /** Says who holds a seat and is in no directory; '' for nobody. */
    holders: () => Promise<string>
    log: Logger
  }) {
    this.#redis = options.redis
    this.#account = options.account
    this.#key = accountKeys(options.account).seatsExhausted
    this.#problems = options.problems
    this.#holders = options.holders
    this.#log = options.log
  }

  /** Milliseconds until another try; 0 when seats are not known to be exhausted. */
  async waitMs(): Promise<number> {
    return Math.max(0, await this.#redis.pttl(this.#key))
  }

  /** Remembers a refusal, and tells the admin once. Returns the milliseconds to wait. */
  async exhaust(words: string): Promise<number> {
    // one batch has many refused: the team is listed for the first
    const isNews = (await this.#redis.set(this.#key, '1', 'PX', WAITS.seatMs, 'NX')) !== null
    if (!isNews) return this.waitMs()
    const holders = await this.#holders()
    const problem = {
      code: 'SEATS_EXHAUSTED',
      ...this.#about,
      what: `Zendesk account '${this.#account}' has no seat for another agent; agents wait, everybody else goes on. ${[words, holders].filter(Boolean).join('. ')}`,
      todo: 'Buy seats or free one (lower an agent’s role, or `users.remove.agents`); it is tried again every ten minutes',
    }
    if (await this.#problems.report(problem))
      this.#log.warn({ account: this.#account }, 'No seat is left for another agent')
    return WAITS.seatMs
  }

  /** A write that needed a seat has got one: the trouble is over, unless another one has been refused since. */
  async free(): Promise<void> {
    if ((await this.waitMs()) > 0) return
    await this.#problems.solve(this.#about)
  }

  get #about() {
    return { subject: 'account' as const, id: `${this.#account}.seats` }
  }
}

/** Whether a write makes somebody an agent who is none yet. */
export function needsSeat({ body, job }: Pick<PreparedWrite<UserRecord>, 'body' | 'job'>): boolean {
  return isTeamRole(body['role']) && !isTeamRole(job.record.applied?.attributes['role'])
}
