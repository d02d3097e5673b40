import { formatTime } from '@provisioner/shared/format-time.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { readOutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { AccountTrouble } from '../account-trouble.ts'

/** A job status takes seconds; after this it is told, ms. */
const LONG_MS = 5 * 60_000
/** So long is one seen to run before its bulk write is looked at, ms: most have ended by then. */
const SEEN_MS = 10_000

/** One that runs. */
interface Seen {
  readonly since: number
  /** The bulk write that led to it; undefined while nobody has looked, null when there is none. */
  write?: { readonly at: number; readonly entities: number } | null
}

/** Tells of job statuses that run for minutes: their entities are closed to every other write until they end. */
export class EndlessJobStatuses {
  readonly #redis: RedisClient
  readonly #keys: ReturnType<typeof accountKeys>
  readonly #trouble: AccountTrouble
  readonly #seen = new Map<string, Seen>()
  readonly #begunAt = performance.now()

  constructor({ redis, account, trouble }: { redis: RedisClient; account: string; trouble: AccountTrouble }) {
    this.#redis = redis
    this.#keys = accountKeys(account)
    this.#trouble = trouble
  }

  /** Another worker polls. */
  leave(): void {
    this.#seen.clear()
    this.#trouble.leave()
  }

  /** @param running ids of all job statuses of the account's bulk writes that have not ended */
  async look(running: readonly string[]): Promise<void> {
    const now = performance.now()
    for (const id of this.#seen.keys()) if (!running.includes(id)) this.#seen.delete(id)
    for (const id of running) if (!this.#seen.has(id)) this.#seen.set(id, { since: now })
    const unknown = [...this.#seen].filter(([, seen]) => seen.write === undefined && now - seen.since >= SEEN_MS)
    if (unknown.length > 0) await this.#lookUp(unknown)

    const long = [...this.#seen].flatMap(([id, { write }]) =>
      write && Date.now() - write.at >= LONG_MS ? [{ id, ...write }] : [],
    )
    if (long.length > 0) return this.#trouble.tell(this.#endless(long))
    // one that a worker told of which is no more may be among those that nobody has looked at yet
    if (running.length === 0 || this.#trouble.isKnown || now - this.#begunAt >= 2 * SEEN_MS)
      await this.#trouble.tell(undefined)
  }

  async #lookUp(unknown: readonly (readonly [string, Seen])[]): Promise<void> {
    const batches = new Map(Object.entries(await this.#redis.hgetall(this.#keys.jobStatuses)).map(([b, id]) => [id, b]))
    for (const [id, seen] of unknown) {
      const batch = batches.get(id)
      const text = batch === undefined ? null : await this.#redis.hget(this.#keys.outstanding, batch)
      const write = text === null ? undefined : readOutstandingWrite(text)
      seen.write = write ? { at: write.at, entities: write.items.length } : null
    }
  }

  #endless(long: readonly { readonly id: string; readonly at: number; readonly entities: number }[]) {
    const entities = long.reduce((sum, one) => sum + one.entities, 0)
    const oldest = Math.min(...long.map(({ at }) => at))
    const [first, ...others] = long.map(({ id }) => id)
    const ids = others.length > 0 ? `${first} and ${others.length} more` : first
    return {
      code: 'JOB_STATUS_ENDLESS',
      what: `Zendesk's job status ${ids} has not ended since ${formatTime(oldest)}; ${entities} users or memberships wait for that`,
      todo:
        'Nothing, if it ends. Zendesk forgets a job status after a day, and what it did is looked up then; to have that ' +
        `at once, when Zendesk's support says that it is dead: redis-cli SET ${this.#keys.ended(first!)} unknown EX 86400`,
    }
  }
}
