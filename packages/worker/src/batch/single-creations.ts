/** Single creations that a worker has under way at once; the budget paces them. */
const AT_ONCE = 20
/** Lanes that are worth waiting for: each group of creations costs a few calls of Redis's. */
const GROUP = AT_ONCE / 2

/** The lanes in which one account's users are created one by one, shared by the batches of this worker. */
export class SingleCreations {
  #free = AT_ONCE
  #unsent = 0
  readonly #waiting: { count: number; go: (taken: number) => void }[] = []

  /** Whether a batch still has creations that are not sent: another one would only wait behind it. */
  get isBusy(): boolean {
    return this.#unsent > 0
  }

  /** Counts a batch as unsent until it is disposed of. */
  enter(): Disposable {
    this.#unsent++
    return { [Symbol.dispose]: () => void this.#unsent-- }
  }

  /** Takes up to `count` lanes; waits until half of all are free, or as many as are asked for. Returns how many. */
  async take(count: number): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#waiting.push({ count, go: resolve })
    this.#serve()
    return promise
  }

  giveBack(count: number): void {
    this.#free += count
    this.#serve()
  }

  /** In the order they came. */
  #serve(): void {
    for (let next = this.#waiting[0]; next && this.#free >= Math.min(next.count, GROUP); next = this.#waiting[0]) {
      this.#waiting.shift()
      const taken = Math.min(next.count, this.#free)
      this.#free -= taken
      next.go(taken)
    }
  }
}
