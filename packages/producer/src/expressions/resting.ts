/** Stopped so often in a row, an expression is stopped on everybody. */
const IN_A_ROW = 5
/** A cycle that met it again and again would last for hours. */
const REST_MS = 60_000

/** Expressions that overran, and those among them that are not to be tried for a while. */
export class Resting {
  readonly #overruns = new Map<string, { inARow: number; until: number }>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Whether its last run overran: it had better run alone. */
  knows(source: string): boolean {
    return this.#overruns.has(source)
  }

  rests(source: string): boolean {
    return (this.#overruns.get(source)?.until ?? 0) > this.#now()
  }

  /** One that ends is as good as new; one that overran again after its rest, rests again. */
  note(source: string, overran: boolean): void {
    if (!overran) {
      this.#overruns.delete(source)
      return
    }
    const inARow = (this.#overruns.get(source)?.inARow ?? 0) + 1
    this.#overruns.set(source, { inARow, until: inARow >= IN_A_ROW ? this.#now() + REST_MS : 0 })
  }
}
