import type { RedisClient } from './redis-client.ts'
import { hasWildcard, matchesPattern } from './address-pattern.ts'
import { accountKeys } from './ledger/keys.ts'

/**
 * How long the look-up of an address without `*` is believed, ms: an identity may be added to another user any time.
 */
const BELIEVED_MS = 60 * 60_000

/**
 * The users of a Zendesk account that `accounts.*.protect` names. They are never linked and never written.
 *
 * A pattern is written as an address; what it protects is a user. So once a user is known to have such an address, the
 * user's Zendesk id is remembered for as long as the pattern is configured, whatever becomes of the address.
 */
export class ProtectedUsers {
  readonly #redis: RedisClient
  readonly #keys: ReturnType<typeof accountKeys>
  readonly #patterns: readonly string[]

  constructor(redis: RedisClient, { account, patterns }: { account: string; patterns: readonly string[] }) {
    this.#redis = redis
    this.#keys = accountKeys(account)
    this.#patterns = patterns
  }

  /** Whether any pattern has a `*`, and so can't be looked up in Zendesk. */
  get hasWildcards(): boolean {
    return this.#patterns.some(hasWildcard)
  }

  /** The pattern that protects whoever has one of these addresses. */
  byAddress(...addresses: readonly (string | null | undefined)[]): string | undefined {
    return this.#patterns.find((pattern) =>
      addresses.some((address) => address != null && matchesPattern(address, pattern)),
    )
  }

  /** The patterns that are known to protect these users, by Zendesk id. */
  async ofIds(ids: readonly number[]): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    if (ids.length === 0 || this.#patterns.length === 0) return found
    const patterns = await this.#redis.hmget(this.#keys.protected, ...ids.map(String))
    for (const [i, id] of ids.entries()) {
      const pattern = patterns[i]
      if (pattern && this.#patterns.includes(pattern)) found.set(id, pattern)
    }
    return found
  }

  /** All users that are known to be protected: Zendesk id → pattern. */
  async all(): Promise<Map<number, string>> {
    if (this.#patterns.length === 0) return new Map()
    const known = Object.entries(await this.#redis.hgetall(this.#keys.protected))
    return new Map(known.flatMap(([id, by]) => (this.#patterns.includes(by) ? [[Number(id), by] as const] : [])))
  }

  /** Remembers users by their Zendesk ids. */
  async note(users: ReadonlyMap<number, string>): Promise<void> {
    if (users.size > 0) await this.#redis.hset(this.#keys.protected, ...[...users].flatMap(([id, by]) => [id, by]))
  }

  /** Addresses among the patterns whose user has not been looked up in Zendesk lately. @param now ms since the epoch */
  async toLookUp(now: number): Promise<string[]> {
    const lookUps = await this.#lookUps()
    return lookUps.flatMap(({ address, at }) => (at === null || now - at > BELIEVED_MS ? [address] : []))
  }

  /** Whether each address among the patterns was looked up once: before that nobody knows whom it protects. */
  async isComplete(): Promise<boolean> {
    return (await this.#lookUps()).every(({ at }) => at !== null)
  }

  async #lookUps(): Promise<{ address: string; at: number | null }[]> {
    const addresses = this.#patterns.filter((pattern) => !hasWildcard(pattern))
    if (addresses.length === 0) return []
    const times = await this.#redis.hmget(this.#keys.protectedLookUps, ...addresses)
    return addresses.map((address, i) => ({ address, at: times[i] ? Number(times[i]) : null }))
  }

  /** Remembers that an address was looked up. @param now ms since the epoch */
  async lookedUp(address: string, now: number): Promise<void> {
    await this.#redis.hset(this.#keys.protectedLookUps, address, String(now))
  }
}
