import { createHash } from 'node:crypto'
import type { EntryTexts, Evaluation } from '../mapping/evaluation.ts'

/** A machine that was overloaded is soon forgiven; what overran again will hardly end next time. */
const FIRST_MS = 5 * 60_000
const AGAIN_MS = 60 * 60_000

type Overrun = Extract<Evaluation, { overran: unknown }>

interface Known {
  readonly texts: string
  readonly overrun: Overrun
  readonly times: number
  readonly until: number
}

/**
 * Which expression overran on which entry. It is not tried on it for five minutes, later an hour, or until its texts
 * change.
 */
export class Overruns {
  /** One per expression and entry that ever overran: few. */
  readonly #known = new Map<string, Known>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** What it gave on the entry as it is now; `isDue` when it may be tried again. */
  of(source: string, entry: EntryTexts): { overrun: Overrun; isDue: boolean } | undefined {
    if (this.#known.size === 0) return undefined
    const key = keyOf(source, entry)
    const known = this.#known.get(key)
    if (known === undefined) return undefined
    if (known.texts === printOf(entry)) return { overrun: known.overrun, isDue: known.until <= this.#now() }
    this.#known.delete(key)
    return undefined
  }

  note(source: string, entry: EntryTexts, overrun: Overrun): void {
    const key = keyOf(source, entry)
    const times = (this.#known.get(key)?.times ?? 0) + 1
    const until = this.#now() + (times === 1 ? FIRST_MS : AGAIN_MS)
    this.#known.set(key, { texts: printOf(entry), overrun, times, until })
  }

  forget(source: string, entry: EntryTexts): void {
    if (this.#known.size > 0) this.#known.delete(keyOf(source, entry))
  }
}

function keyOf(source: string, { dn }: EntryTexts): string {
  return `${dn}\0${source}`
}

function printOf({ attributes }: EntryTexts): string {
  return createHash('sha256').update(JSON.stringify(attributes)).digest('base64')
}
