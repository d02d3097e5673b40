import { setTimeout as sleep } from 'node:timers/promises'
import type { Durability } from '../redis-durability.ts'
import type { RedisClient } from '../redis-client.ts'

/** How often Redis is asked how safe the words are, while there are any, ms. */
const LOOK_MS = 1_000

/** So many words are kept at most, some 50 MB: those of minutes at full speed. */
const MAX_WORDS = 100_000

/** A replica that lags by more than this is told, ms. */
const LAG_MS = 30_000

/** Between two tries to tell again, and how often, ms: a Redis that is full, or loading, takes nothing for a while. */
const AGAIN_MS = 1_000
const TRIES = 60

/** What was told of one thing. */
interface Word<W> {
  /** When, by `performance.now()`; of one that was told again, when that was. */
  at: number
  readonly word: W
}

export interface RetellingOptions<W> {
  readonly redis: Pick<RedisClient, 'on' | 'status'>
  /**
   * Tells the ledger words again, in their order; when it throws, all are told once more. `lost` when Redis may have
   * lost some, since another server answers.
   */
  readonly tell: (words: readonly W[], lost: boolean) => Promise<void>
  /** Asks how safe it is what Redis was told. */
  readonly look: () => Promise<Durability>
  /** Called with ms when a replica begins to lag behind by so much that it matters, and with 0 when that is over. */
  readonly onLag?: ((ms: number) => void) | undefined
}

/**
 * What a worker told the ledger and a crash or a failover of Redis could still take away, told again in the same order
 * whenever that may have happened: when the connection broke and is back, and when another server answers. Of one thing
 * the last word counts. Told twice, a word changes nothing.
 *
 * docs/decisions/0011-told-again.md says why it is done so, and what is left to others.
 */
export class Retelling<W> {
  readonly #options: RetellingOptions<W>
  readonly #words = new Map<string, Word<W>>()
  /** Words in whose place others count, or none. */
  readonly #withdrawn = new WeakSet<Word<W>>()
  #broken = false
  #server = ''
  /** Whether Redis may have lost words that it was not told again yet. */
  #lost = false
  #isLooking = false
  /** While Redis is away, and until it was told again what it may have lost. */
  #catchingUp: PromiseWithResolvers<void> | undefined
  #lags = false

  constructor(options: RetellingOptions<W>) {
    this.#options = options
    options.redis.on('close', () => {
      this.#broken = true
      this.#catchingUp ??= Promise.withResolvers()
    })
    options.redis.on('ready', () => {
      if (this.#broken)
        void this.#afterBreak()
          .catch(() => {})
          .finally(() => this.#caughtUp())
    })
    // what is asked for then fails by itself
    options.redis.on('end', () => this.#caughtUp())
  }

  /**
   * Ends once Redis, if it was away, has been told again what it may have lost: who reads the ledger before that may
   * take what was written for never sent, and write it anew. BullMQ's connections may be back before this one.
   */
  async caughtUp(): Promise<void> {
    await this.#catchingUp?.promise
  }

  #caughtUp(): void {
    if (this.#broken && this.#options.redis.status !== 'end') return
    this.#catchingUp?.resolve()
    this.#catchingUp = undefined
  }

  /** Keeps the last word on a thing. */
  note(about: string, word: W): void {
    // to the end of the order
    this.forget(about)
    this.#words.set(about, { at: performance.now(), word })
    if (this.#words.size > MAX_WORDS) this.#words.delete(this.#words.keys().next().value!)
    this.#lookSoon()
  }

  /** The last word on a thing; undefined when it is safe by now, or there is none. */
  last(about: string): W | undefined {
    return this.#words.get(about)?.word
  }

  /** Nothing is to be told of the thing any more. */
  forget(about: string): void {
    const word = this.#words.get(about)
    if (word) this.#withdrawn.add(word)
    this.#words.delete(about)
  }

  /** Lets go of what is safe, and notices a failover that broke no connection, as one of a cluster does not. */
  async #look(): Promise<void> {
    const { redis, look } = this.#options
    // one that is away would be waited for; it is told again when it is back
    const durability = redis.status === 'ready' ? await look().catch(() => undefined) : undefined
    if (durability) {
      const isFirst = this.#server === ''
      if (isFirst) this.#server = durability.server
      if (this.#meet(durability.server) && !isFirst) await this.#again().catch(() => {})
      else this.#letGo(durability.durableBefore)
    }
    this.#isLooking = false
    if (this.#words.size > 0) this.#lookSoon()
  }

  #lookSoon(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    setTimeout(() => void this.#look(), LOOK_MS).unref()
  }

  /** A connection that broke alone has lost nothing; one whose server ended may have. */
  async #afterBreak(): Promise<void> {
    this.#broken = false
    if (this.#words.size === 0) return
    const { server } = await this.#options.look().catch(() => ({ server: '' }))
    this.#meet(server)
    await this.#again()
  }

  /** Whether another server answers, which may have lost some. */
  #meet(server: string): boolean {
    const isOther = server !== this.#server
    if (isOther || server === '') this.#lost = true
    if (server !== '') this.#server = server
    return isOther
  }

  #letGo(before: number): void {
    const lag = performance.now() - before
    if (lag > LAG_MS !== this.#lags) {
      this.#lags = !this.#lags
      this.#options.onLag?.(this.#lags ? lag : 0)
    }
    // Told again, words keep their place and get a later time: all are looked at.
    for (const [about, { at }] of this.#words) if (at < before) this.#words.delete(about)
  }

  async #again(): Promise<void> {
    const words = [...this.#words.values()]
    for (let tries = 0; tries < TRIES; tries++) {
      const still = words.filter((word) => !this.#withdrawn.has(word))
      const told = still.map(({ word }) => word)
      const failed = await this.#options.tell(told, this.#lost).then(
        () => false,
        () => true,
      )
      // broken once more: it is all told again when Redis is back
      if (this.#broken) return
      // A word that Redis does not take keeps nobody from their work.
      this.#caughtUp()
      if (!failed) {
        this.#lost = false
        const now = performance.now()
        for (const word of still) word.at = now
        return
      }
      await sleep(AGAIN_MS, undefined, { ref: false })
    }
  }
}
