import { withRoom } from './grow.ts'

/** Bytes that are asked for at once: texts of some ten thousand entries. */
const CHUNK = 2 ** 20

/** What a text's first byte says of it. */
const ONE_BYTE = 0
const TWO_BYTES = 1

/** The longest text that is kept in a chunk; others are kept as they are. */
const LONGEST = 0xffff

/**
 * Texts without an object for each: an entry of a million costs its bytes, and seven more. Any text comes back as it
 * was, halves of surrogate pairs included.
 */
export class TextList {
  readonly #chunks: Buffer[] = []
  readonly #long = new Map<number, string>()
  /** Where each text begins, counted over all chunks. */
  #starts = new Uint32Array(1_024)
  #end = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Appends a text. Returns its index. */
  push(text: string): number {
    const index = this.#length++
    this.#starts = withRoom(this.#starts, this.#length)
    if (text.length > LONGEST) this.#long.set(index, text)
    else this.#starts[index] = this.#write(text)
    return index
  }

  /** The text at an index below `length`. */
  at(index: number): string {
    const long = this.#long.get(index)
    if (long !== undefined) return long
    const { chunk, from, length, isNarrow } = this.#find(index)
    return isNarrow ? chunk.toString('latin1', from, from + length) : chunk.toString('utf16le', from, from + 2 * length)
  }

  /** Whether the text at an index is this one; cheaper than to have it. */
  is(index: number, text: string): boolean {
    const long = this.#long.get(index)
    if (long !== undefined) return long === text
    const { chunk, from, length, isNarrow } = this.#find(index)
    if (length !== text.length) return false
    if (!isNarrow) return chunk.toString('utf16le', from, from + 2 * length) === text
    for (let i = 0; i < length; i++) if (chunk[from + i] !== text.charCodeAt(i)) return false
    return true
  }

  #write(text: string): number {
    const isNarrow = !hasWide(text)
    const size = 3 + (isNarrow ? text.length : 2 * text.length)
    let chunk = this.#chunks.at(-1)
    if (!chunk || this.#end + size > this.#chunks.length * CHUNK) {
      chunk = Buffer.allocUnsafeSlow(CHUNK)
      this.#end = this.#chunks.push(chunk) * CHUNK - CHUNK
    }
    const start = this.#end
    const from = chunk.writeUInt16LE(text.length, chunk.writeUInt8(isNarrow ? ONE_BYTE : TWO_BYTES, start % CHUNK))
    chunk.write(text, from, isNarrow ? 'latin1' : 'utf16le')
    this.#end += size
    return start
  }

  #find(index: number) {
    const start = this.#starts[index]!
    const chunk = this.#chunks[Math.floor(start / CHUNK)]!
    const at = start % CHUNK
    return { chunk, from: at + 3, length: chunk.readUInt16LE(at + 1), isNarrow: chunk[at] === ONE_BYTE }
  }
}

function hasWide(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return true
  return false
}
