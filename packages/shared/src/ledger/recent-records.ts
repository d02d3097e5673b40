import type { Redis } from 'ioredis'
import { runScript } from './script.ts'

/** A crash takes what Redis was told in the last second, or two when the disk is busy; and some more to be sure, ms. */
const KEPT_MS = 5_000

interface Call {
  readonly at: number
  readonly lua: string
  readonly keys: readonly string[]
  readonly args: readonly string[]
}

/**
 * What this process had recorded in the last seconds, and what it had sent, is recorded again whenever Redis is back, in
 * the same order: one that crashed may have lost its last second, and nobody else knows that a group was created in it.
 * Recording twice changes nothing.
 */
export class RecentRecords {
  readonly #redis: Redis
  #calls: Call[] = []
  #closedAt: number | undefined

  constructor(redis: Redis) {
    this.#redis = redis
    redis.on('close', () => (this.#closedAt ??= performance.now()))
    redis.on('ready', () => void this.#again().catch(() => {})) // away again: what is kept is said next time
  }

  note(lua: string, keys: readonly string[], args: readonly string[]): void {
    const at = performance.now()
    this.#calls.push({ at, lua, keys, args })
    const old = this.#calls.findIndex((call) => call.at >= at - KEPT_MS)
    if (old > 0) this.#calls.splice(0, old)
  }

  async #again(): Promise<void> {
    if (this.#closedAt === undefined) return
    const since = this.#closedAt - KEPT_MS
    for (const { lua, keys, args } of this.#calls.filter((call) => call.at >= since))
      await runScript(this.#redis, lua, keys, args)
    this.#closedAt = undefined
  }
}
