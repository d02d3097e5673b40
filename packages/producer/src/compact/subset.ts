import { withRoom } from './grow.ts'
import { NOWHERE, type TextSet } from './text-set.ts'

/** What can be asked of a set of ids, however it is kept. */
export interface Ids {
  readonly size: number
  has(id: string): boolean
}

/** Some of the texts of a set that is complete, a byte for each. */
export class Subset implements Ids {
  readonly #of: TextSet
  #isIn = new Uint8Array(1_024)
  #count = 0

  constructor(of: TextSet) {
    this.#of = of
  }

  get size(): number {
    return this.#count
  }

  has(text: string): boolean {
    return this.#isIn[this.#of.indexOf(text)] === 1
  }

  /** Adds a text. False, and nothing done, for one that is not of the set. */
  add(text: string): boolean {
    return this.#set(text, 1)
  }

  delete(text: string): void {
    this.#set(text, 0)
  }

  #set(text: string, isIn: 0 | 1): boolean {
    const index = this.#of.indexOf(text)
    if (index === NOWHERE) return false
    this.#isIn = withRoom(this.#isIn, index + 1)
    this.#count += isIn - this.#isIn[index]!
    this.#isIn[index] = isIn
    return true
  }
}
