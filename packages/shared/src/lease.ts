import type { RedisClient } from './redis-client.ts'
import { runScript } from './ledger/script.ts'

/** KEYS[1] the lease   ARGV[1] token   ARGV[2] ms. Returns 1 when it is the token's from now on. */
const TAKE = `
-- what some hand has left there would be no lease for ever
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then redis.call('DEL', KEYS[1]) end
local owner = redis.call('GET', KEYS[1])
if owner == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if owner then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`

/** KEYS[1] the lease   ARGV[1] token   ARGV[2] ms. Returns 1 when it was the token's still. */
const KEEP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`

/** KEYS[1] the lease   ARGV[1] token. */
const DROP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

/** Whose a lease is to be, and how long it lasts unless it is kept, ms by the clock of Redis. */
export interface LeaseTerms {
  /** Names whoever takes it, in this process and all others: a token that takes a lease twice has it once. */
  readonly token: string
  readonly ms: number
}

/**
 * A right that one token at a time has, for a while: it ends by itself, so that nothing waits for a process that died.
 * Each step compares the token and acts in one script.
 *
 *   the key in Redis    | take            | keep              | drop
 *   --------------------|-----------------|-------------------|--------
 *   is not there        | taken           | false: it is lost | nothing
 *   has our token       | lasts `ms` anew | lasts `ms` anew   | removed
 *   has another's token | undefined       | false: it is lost | nothing
 *   is no string        | taken           | throws            | throws
 *
 * Whoever has a lease may have lost it a moment later: what must not happen twice is protected by more than a lease.
 */
export class Lease implements AsyncDisposable {
  readonly #redis: RedisClient
  readonly #key: string
  readonly #terms: LeaseTerms

  private constructor(redis: RedisClient, key: string, terms: LeaseTerms) {
    this.#redis = redis
    this.#key = key
    this.#terms = terms
  }

  /** Takes the lease, or keeps the one that the token has already. Undefined while another token has it. */
  static async take(redis: RedisClient, key: string, terms: LeaseTerms): Promise<Lease | undefined> {
    const isTaken = (await runScript(redis, TAKE, [key], [terms.token, String(terms.ms)])) === 1
    return isTaken ? new Lease(redis, key, terms) : undefined
  }

  /** Makes it last anew, from now on. False when it has ended, whoever has it by now. */
  async keep(): Promise<boolean> {
    return (await runScript(this.#redis, KEEP, [this.#key], [this.#terms.token, String(this.#terms.ms)])) === 1
  }

  /** Ends it. One that has ended already, and may be another's by now, is left alone. */
  async drop(): Promise<void> {
    await runScript(this.#redis, DROP, [this.#key], [this.#terms.token])
  }

  /** Drops it. Where Redis can't be reached it ends by itself, and what was thrown meanwhile is not covered up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.drop().catch(() => {})
  }
}
