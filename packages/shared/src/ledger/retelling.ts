import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisClient } from '../redis-client.ts'

/**
 * How long what was told is kept, ms. Redis writes to its disk every second, or every two when the disk is busy; a
 * replica that takes over may lag by some more.
 */
const KEPT_MS = 10_000

/** Between two tries to tell again, and how often, ms: a Redis that is full, or loading, takes nothing for a while. */
const AGAIN_MS = 1_000
const TRIES = 60

/** What was told of one thing. */
interface Word<W> {
  readonly at: number
  readonly word: W
}

/**
 * What a worker told the ledger lately, told again in the same order whenever Redis is back after a connection
 * broke: one that crashed, or that a replica took over from, may have lost its last second, and nobody else knows what
 * was in it. Of one thing the last word counts. Told twice, a word changes nothing.
 *
 * docs/decisions/0011-told-again.md says why it is done so, and what is left to others.
 */
export class Retelling<W> {
  readonly #tell: (words: readonly W[]) => Promise<void>
  readonly #words = new Map<string, Word<W>>()
  /** Words in whose place others count, or none. */
  readonly #withdrawn = new WeakSet<Word<W>>()
  #brokenAt: number | undefined

  /**
   * @param tell tells the ledger words again, in their order; when it throws, all are told once more
   */
  constructor(redis: Pick<RedisClient, 'on'>, tell: (words: readonly W[]) => Promise<void>) {
    this.#tell = tell
    redis.on('close', () => (this.#brokenAt ??= performance.now()))
    redis.on('ready', () => void this.#again().catch(() => {}))
  }

  /** Keeps the last word on a thing. */
  note(about: string, word: W): void {
    const at = performance.now()
    // to the end of the order
    this.forget(about)
    this.#words.set(about, { at, word })
    for (const [oldest, { at: then }] of this.#words) {
      if (then >= at - KEPT_MS) break
      this.#words.delete(oldest)
    }
  }

  /** The last word on a thing; undefined when it is old by now, or there is none. */
  last(about: string): W | undefined {
    return this.#words.get(about)?.word
  }

  /** Nothing is to be told of the thing any more. */
  forget(about: string): void {
    const word = this.#words.get(about)
    if (word) this.#withdrawn.add(word)
    this.#words.delete(about)
  }

  async #again(): Promise<void> {
    const brokenAt = this.#brokenAt
    if (brokenAt === undefined) return
    this.#brokenAt = undefined
    const words = [...this.#words.values()].filter(({ at }) => at >= brokenAt - KEPT_MS)
    for (let tries = 0; tries < TRIES; tries++) {
      const still = words.filter((word) => !this.#withdrawn.has(word))
      const failed = await this.#tell(still.map(({ word }) => word)).then(
        () => false,
        () => true,
      )
      // broken once more: it is all told again when Redis is back
      if (this.#brokenAt !== undefined) this.#brokenAt = Math.min(this.#brokenAt, brokenAt)
      if (!failed || this.#brokenAt !== undefined) return
      await sleep(AGAIN_MS, undefined, { ref: false })
    }
  }
}
