import type { Redis } from 'ioredis'

/** Extends the lock if it is still ours. ARGV[1] token, ARGV[2] ms. */
const EXTEND = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/**
 * A right that one batch of an account has at a time, of whatever connection, to look at Zendesk and write what follows
 * from it: nobody else may change between the two what was looked at.
 */
export class AccountLease {
  readonly #redis: Redis
  readonly #key: string

  constructor(redis: Redis, key: string) {
    this.#redis = redis
    this.#key = key
  }

  /** Takes the right, or extends it, for `ms`. False while another batch has it. */
  async take(token: string, ms: number): Promise<boolean> {
    if ((await this.#redis.set(this.#key, token, 'PX', ms, 'NX')) === 'OK') return true
    return this.keep(token, ms)
  }

  /** Extends the right for `ms`; false when it was lost. */
  async keep(token: string, ms: number): Promise<boolean> {
    return (await this.#redis.eval(EXTEND, 1, this.#key, token, String(ms))) === 1
  }

  async giveBack(token: string): Promise<void> {
    await this.#redis.eval(RELEASE, 1, this.#key, token)
  }
}
