import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { Lease } from '@provisioner/shared/lease.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { BulkLeasesPort } from '../ports.ts'

/**
 * How long the lease on a bulk write lasts, ms: it is kept at every look for writes that nobody looks after. Short:
 * one that Redis brings back after a crash is nobody's, and the write waits for its end.
 */
export const BULK_LEASE_MS = 12_000

/**
 * The bulk writes that this worker looks after. Whoever has the lease on one settles it: the sender, from before it is
 * recorded, or another worker once the sender's lease has ended.
 */
export class BulkLeases implements BulkLeasesPort {
  readonly #redis: RedisClient
  readonly #keys: ReturnType<typeof accountKeys>
  readonly #worker: string
  readonly #leases = new Map<string, Lease>()

  constructor({ redis, account, worker }: { redis: RedisClient; account: string; worker: string }) {
    this.#redis = redis
    this.#keys = accountKeys(account)
    this.#worker = worker
  }

  /** Whether this worker looks after the write. */
  has(batch: string): boolean {
    return this.#leases.has(batch)
  }

  /** Takes the lease on a write, until what it returns is disposed of. Undefined while another worker has it. */
  async take(batch: string): Promise<AsyncDisposable | undefined> {
    const lease = await this.#takeFromRedis(batch)
    if (!lease) return undefined
    this.#leases.set(batch, lease)
    return {
      [Symbol.asyncDispose]: async () => {
        this.#leases.delete(batch)
        await lease[Symbol.asyncDispose]()
      },
    }
  }

  /**
   * Makes all leases last anew. One that Redis has lost is taken again; should another worker have it by then, two
   * settle the write, which the ledger bears: an item that is settled is closed by it no more.
   */
  async keep(): Promise<void> {
    for (const [batch, lease] of this.#leases) if (!(await lease.keep())) await this.#takeFromRedis(batch)
  }

  #takeFromRedis(batch: string): Promise<Lease | undefined> {
    return Lease.take(this.#redis, this.#keys.bulkLease(batch), { token: this.#worker, ms: BULK_LEASE_MS })
  }
}
