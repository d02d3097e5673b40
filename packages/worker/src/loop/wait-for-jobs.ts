import type { Line } from './line.ts'

/** Shortest wait, ms: nobody should look at the queues without pause. */
const SHORTEST_MS = 20

/**
 * Waits until BullMQ tells of a new job in one of several queues, each on the blocking connection that its Worker has.
 *
 * BullMQ's wait can't be broken off. One that was begun for an earlier sleep serves the next one too, and ends when the
 * sleep that it was begun for would have ended. What it is told meanwhile, no other worker is: they see that job when
 * their own sleep ends.
 */
export class JobWaiter implements Disposable {
  readonly #watched = new Set<Line>()
  /** When the sleep under way ends, ms since the epoch; 0 while there is none. */
  #until = 0
  #isOver = false
  #end: (told: boolean) => void = () => {}

  /**
   * Resolves with true when there may be a job in one of the queues; with false when `until` has come (ms since the
   * epoch), or when nobody waits any more.
   */
  async wait(lines: readonly Line[], until: number): Promise<boolean> {
    if (this.#isOver) return false
    const now = Date.now()
    this.#until = Math.max(until, now + SHORTEST_MS)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#end = resolve
    const timer = setTimeout(resolve, this.#until - now, false)
    for (const line of lines) if (!this.#watched.has(line)) void this.#watch(line)
    const told = await promise
    clearTimeout(timer)
    this.#until = 0
    return told
  }

  /** Ends the wait that is under way, and every later one at once. */
  [Symbol.dispose](): void {
    this.#isOver = true
    this.#end(false)
  }

  async #watch(line: Line): Promise<void> {
    this.#watched.add(line)
    try {
      while (this.#until > 0) {
        const left = Math.max(SHORTEST_MS, this.#until - Date.now())
        if (await line.worker.getBackend().waitForJob(left / 1_000)) return this.#end(true)
      }
    } catch {
      // The connection is lost, or closed for good. The next sleep begins the wait anew.
    } finally {
      this.#watched.delete(line)
    }
  }
}
