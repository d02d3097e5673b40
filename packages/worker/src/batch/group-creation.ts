import type { Redis } from 'ioredis'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'

/** Extends the lock if it is still ours. ARGV[1] token, ARGV[2] ms. */
const EXTEND = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/**
 * The right to create groups in an account, which one batch has at a time: Zendesk lets two groups have one name, so that
 * between the look for a name and the POST nobody else may create, of whatever connection.
 */
export class GroupCreation {
  readonly #redis: Redis
  readonly #key: string

  constructor(redis: Redis, account: string) {
    this.#redis = redis
    this.#key = accountKeys(account).creatingGroups
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
