/** Those who wait for the same thing, one after the other: only the first one asks, the others would ask in vain. */
export class WaitingLines {
  readonly #tails = new Map<string, Promise<void>>()

  has(line: string): boolean {
    return this.#tails.has(line)
  }

  /** Runs `work` when everybody before is done. @throws the signal's reason when it is aborted meanwhile */
  async join<T>(line: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(line) ?? Promise.resolve()
    const { promise: mine, resolve: leave } = Promise.withResolvers<void>()
    this.#tails.set(line, mine)
    void mine.then(() => {
      if (this.#tails.get(line) === mine) this.#tails.delete(line)
    })
    try {
      await untilAborted(before, signal)
      return await work()
    } finally {
      // Whoever gives up leaves only after those before, or the next would overtake them.
      void before.then(leave)
    }
  }
}

async function untilAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
