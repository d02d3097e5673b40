import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { duplicateOf, type RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Line } from './line.ts'

/** How long one read of events waits in Redis, ms: a connection that is silent for longer counts as lost. */
const BLOCK_MS = 8_000

/** Shortest wait, ms: nobody should look at the queues without pause. */
const SHORTEST_MS = 20

/** Events read at once of each queue. */
const AT_ONCE = 1_000

/** Between two reads, ms: events come four to a job, and nobody has to be told of each. */
const PAUSE_MS = 5

/** After a read that failed, ms. */
const AGAIN_MS = 1_000

/** Events that bring no job to a queue. https://docs.bullmq.io/guide/events */
const BRING_NOTHING = new Set(['active', 'completed', 'failed', 'progress', 'drained', 'removed', 'cleaned', 'paused'])

type Entry = [id: string, fields: string[]]

/**
 * Waits until BullMQ tells of a job in one of an account's queues: in the streams of events that it writes for all
 * that befalls a job, read on one connection whatever their number. What came while nobody waited ends the next wait.
 */
export class JobWaiter implements Disposable {
  readonly #redis: RedisClient
  readonly #lines: readonly Line[]
  /** The last event that was read, by the stream's key. */
  readonly #read = new Map<string, string>()
  /** Queues that have news of jobs. */
  readonly #news = new Set<Line>()
  #reading: Promise<void> | undefined
  #isOver = false
  #end: () => void = () => {}

  /** @param redis a client whose like is opened, for a connection that blocks serves nothing else */
  constructor(lines: readonly Line[], redis: RedisClient) {
    this.#lines = lines
    this.#redis = duplicateOf(redis)
    this.#redis.on('error', () => {})
    // another server may have other events: the queues are looked at
    this.#redis.on('ready', () => {
      if (this.#read.size === 0) return
      this.#read.clear()
      this.#end()
    })
  }

  /**
   * Resolves with true when there may be a job in one of the queues; with false when `until` has come (ms since the
   * epoch), or when nobody waits any more.
   */
  async wait(lines: readonly Line[], until: number): Promise<boolean> {
    if (this.#isOver) return false
    const over = new AbortController()
    const ended = once(over.signal, 'abort')
    this.#end = () => over.abort()
    const timer = setTimeout(this.#end, Math.max(SHORTEST_MS, until - Date.now()))
    while (!over.signal.aborted && !this.#takeNews(lines)) {
      this.#reading ??= this.#readOn().finally(() => (this.#reading = undefined))
      await Promise.race([this.#reading, ended])
    }
    clearTimeout(timer)
    return !over.signal.aborted
  }

  #takeNews(lines: readonly Line[]): boolean {
    return lines.filter((line) => this.#news.delete(line)).length > 0
  }

  /** Ends the wait that is under way, and every later one at once. */
  [Symbol.dispose](): void {
    this.#isOver = true
    this.#end()
    this.#redis.disconnect()
  }

  /** Reads until there are news, or nothing has come for a while. */
  async #readOn(): Promise<void> {
    try {
      if (this.#read.size === 0) return await this.#begin()
      const streams = [...this.#read]
      const keys = streams.map(([key]) => key)
      const ids = streams.map(([, id]) => id)
      const found = await this.#redis.xread('COUNT', AT_ONCE, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...ids)
      for (const [key, entries] of (found ?? []) as [string, Entry[]][]) this.#note(key, entries)
      if (found) await sleep(PAUSE_MS)
    } catch {
      // The connection is lost, or a stream is none: how things stand, a look at the queues tells.
      if (this.#isOver) return
      await sleep(AGAIN_MS, undefined, { ref: false })
      this.#tellAll()
    }
  }

  /** Where the streams end, after which all that comes is news. What is in the queues by then, a look tells. */
  async #begin(): Promise<void> {
    const ends = await Promise.all(
      this.#lines.map(async (line): Promise<[string, string]> => {
        const key = keyOf(line)
        const [last] = await this.#redis.xrevrange(key, '+', '-', 'COUNT', 1)
        return [key, last?.[0] ?? '0-0']
      }),
    )
    for (const [key, id] of ends) this.#read.set(key, id)
    this.#tellAll()
  }

  #tellAll(): void {
    for (const line of this.#lines) this.#news.add(line)
  }

  #note(key: string, entries: readonly Entry[]): void {
    const line = this.#lines.find((one) => keyOf(one) === key)
    const last = entries.at(-1)
    if (!line || !last) return
    // cleared meanwhile, for another server answers
    if (this.#read.has(key)) this.#read.set(key, last[0])
    if (entries.some(([, fields]) => !BRING_NOTHING.has(eventOf(fields)))) this.#news.add(line)
  }
}

function keyOf({ jobs }: Line): string {
  return jobs.toKey('events')
}

function eventOf(fields: readonly string[]): string {
  return fields[fields.indexOf('event') + 1] ?? ''
}
