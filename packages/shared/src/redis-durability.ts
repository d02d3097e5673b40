import { infoOf } from './account-node.ts'
import type { RedisClient } from './redis-client.ts'

/** Redis writes to its disk every second, or every two when the disk is busy: what is older than this, ms, is on it. */
const ON_DISK_MS = 10_000

/** Where a hosted Redis does not tell of its replicas, they are taken to lag by less than this, ms. */
const UNTOLD_LAG_MS = 60_000

/** A replica that went away may be made the primary all the same: what it last had counts for so long, ms. */
const REPLICA_REMEMBERED_MS = 10 * 60_000

/** How safe what a Redis was told is. */
export interface Durability {
  /** Names the running server: another one after each start, and after each failover. Empty where it is not told. */
  readonly server: string
  /** What was told before this time, by `performance.now()`, no crash and no failover can take away any more. */
  readonly durableBefore: number
}

/**
 * Follows how far the replicas of an account's Redis are: what one of them lacks is lost when it takes over. Each
 * `look` asks once.
 */
export class RedisDurability {
  readonly #redis: RedisClient
  readonly #account: string
  /** How far the primary was at a time: what it was told before has a lower offset. */
  #marks: { readonly at: number; readonly offset: number }[] = []
  /** How far each replica was when it was last seen, by its address. */
  readonly #replicas = new Map<string, { readonly offset: number; readonly seenAt: number }>()
  #server = ''

  constructor(redis: RedisClient, account: string) {
    this.#redis = redis
    this.#account = account
  }

  async look(): Promise<Durability> {
    const at = performance.now()
    const [about, replication] = await Promise.all([
      infoOf(this.#redis, this.#account, 'server'),
      infoOf(this.#redis, this.#account, 'replication'),
    ])
    const server = valueOf(about, 'run_id') ?? ''
    if (server !== this.#server) this.#begin(server)
    const offset = Number(valueOf(replication, 'master_repl_offset') ?? Number.NaN)
    if (!Number.isFinite(offset)) return { server, durableBefore: at - UNTOLD_LAG_MS }
    this.#marks.push({ at, offset })
    this.#note(replication, at)
    return { server, durableBefore: Math.min(at - ON_DISK_MS, this.#replicatedBefore(at)) }
  }

  /** Offsets of another server say nothing of this one's. */
  #begin(server: string): void {
    this.#server = server
    this.#marks = []
    this.#replicas.clear()
  }

  #note(replication: string, at: number): void {
    for (const [, address, offset] of replication.matchAll(/^slave\d+:(ip=[^,]*,port=\d+).*?,offset=(\d+)/gm))
      this.#replicas.set(address!, { offset: Number(offset), seenAt: at })
    for (const [address, { seenAt }] of this.#replicas)
      if (seenAt < at - REPLICA_REMEMBERED_MS) this.#replicas.delete(address)
  }

  /** The time before which the replica that lags most has everything. */
  #replicatedBefore(now: number): number {
    const reached = Math.min(...[...this.#replicas.values()].map(({ offset }) => offset))
    const last = this.#marks.findLastIndex(({ offset }) => offset <= reached)
    if (last === -1) return this.#marks[0]?.at ?? now
    this.#marks = this.#marks.slice(last)
    return this.#replicas.size === 0 ? now : this.#marks[0]!.at
  }
}

function valueOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
}
