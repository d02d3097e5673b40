import { setTimeout as sleep } from 'node:timers/promises'

/** So many looks in a row have to see nothing before the rest between them gets long. */
const LOOKS = 3

/** The time between two looks at something: short while there is something to see, long once there has been nothing. */
export class Rest {
  readonly #longMs: number
  #looksAtNothing = 0
  #wake = new AbortController()

  /** @param longMs how long a rest lasts while there is nothing to see, ms */
  constructor(longMs: number) {
    this.#longMs = longMs
  }

  get isLong(): boolean {
    return this.#looksAtNothing >= LOOKS
  }

  /** Notes what a look has seen. */
  saw(something: boolean): void {
    this.#looksAtNothing = something ? 0 : this.#looksAtNothing + 1
  }

  /** There is something to see from now on: ends a long rest that is under way. */
  wake(): void {
    const wasLong = this.isLong
    this.#looksAtNothing = 0
    if (wasLong) this.#wake.abort()
  }

  /** Rests until the next look. @param shortMs how long, while there is something to see, ms */
  async take(shortMs: number, signal: AbortSignal): Promise<void> {
    this.#wake = new AbortController()
    const ends = AbortSignal.any([signal, this.#wake.signal])
    await sleep(this.isLong ? this.#longMs : shortMs, undefined, { signal: ends }).catch(() => {})
  }
}
