import { withRoom } from './grow.ts'
import { TextList } from './text-list.ts'

/** No index: the slot is free, or the text is not there. */
export const NOWHERE = -1

/**
 * A set of texts that numbers them in the order in which they came: some 16 bytes for each, beside its own. What counts
 * as the same text is what has the same key.
 */
export class TextSet {
  readonly #texts = new TextList()
  readonly #keyOf: ((text: string) => string) | undefined
  /** Of each text's key. */
  #hashes = new Int32Array(1_024)
  /** Indices by the hashes of keys, each in the first free place behind its own. A power of two. */
  #slots = new Int32Array(2_048).fill(NOWHERE)

  /** @param keyOf what is compared of a text; by default all of it */
  constructor(keyOf?: (text: string) => string) {
    this.#keyOf = keyOf
  }

  get size(): number {
    return this.#texts.length
  }

  has(text: string): boolean {
    return this.indexOf(text) !== NOWHERE
  }

  indexOf(text: string): number {
    const key = this.#key(text)
    return this.#slots[this.#slotOf(key, hashOf(key))]!
  }

  /** Its index, as the text that stands there. */
  at(index: number): string {
    return this.#texts.at(index)
  }

  /** Adds a text unless its like is there. Returns its index, or that of its like. */
  add(text: string): number {
    const key = this.#key(text)
    const hash = hashOf(key)
    const slot = this.#slotOf(key, hash)
    const known = this.#slots[slot]!
    if (known !== NOWHERE) return known
    const index = this.#texts.push(text)
    this.#hashes = withRoom(this.#hashes, index + 1)
    this.#hashes[index] = hash
    this.#slots[slot] = index
    if (2 * this.size > this.#slots.length) this.#spread()
    return index
  }

  #key(text: string): string {
    return this.#keyOf ? this.#keyOf(text) : text
  }

  /** Where a key's index is, or where it would be. */
  #slotOf(key: string, hash: number): number {
    const last = this.#slots.length - 1
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const index = this.#slots[slot]!
      if (index === NOWHERE || (this.#hashes[index] === hash && this.#isKey(index, key))) return slot
    }
  }

  #isKey(index: number, key: string): boolean {
    return this.#keyOf ? this.#keyOf(this.#texts.at(index)) === key : this.#texts.is(index, key)
  }

  #spread(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(NOWHERE)
    const last = this.#slots.length - 1
    for (let index = 0; index < this.size; index++) {
      let slot = this.#hashes[index]! & last
      while (this.#slots[slot] !== NOWHERE) slot = (slot + 1) & last
      this.#slots[slot] = index
    }
  }
}

/** FNV-1a, of the text's 16-bit units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}
