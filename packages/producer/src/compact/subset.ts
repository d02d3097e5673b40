import { withRoom } from './grow.ts'
import { NOWHERE, type TextSet } from './text-set.ts'

/** What can be asked of a set of ids, however it is kept. */
export interface Ids {
  readonly size: number
  has(id: string): boolean
}

/** Some of the texts of a set that is complete, a byte for each; and others, which should be few. */
export class Subset implements Ids {
  readonly #of: TextSet
  readonly #others = new Set<string>()
  #isIn = new Uint8Array(1_024)
  #count = 0

  constructor(of: TextSet) {
    this.#of = of
  }

  get size(): number {
    return this.#count + this.#others.size
  }

  has(text: string): boolean {
    const index = this.#of.indexOf(text)
    return index === NOWHERE ? this.#others.has(text) : this.#isIn[index] === 1
  }

  add(text: string): void {
    if (!this.take(text)) this.#others.add(text)
  }

  /** Adds a text of the set. False, and nothing done, for another. */
  take(text: string): boolean {
    return this.#set(text, 1)
  }

  delete(text: string): void {
    if (!this.#set(text, 0)) this.#others.delete(text)
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
