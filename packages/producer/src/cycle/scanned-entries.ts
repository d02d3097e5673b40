import { withRoom } from '../compact/grow.ts'
import { Subset, type Ids } from '../compact/subset.ts'
import { TextList } from '../compact/text-list.ts'
import { TextSet } from '../compact/text-set.ts'

/** The entries of a scan, of which there may be a million, by their ids and in the order in which they came. */
export class ScannedEntries implements Ids {
  readonly #ids = new TextSet()
  /** What stands in a DN before its first comma; and what follows, which many DNs have in common. */
  readonly #names = new TextList()
  readonly #parents = new TextSet()
  #parentOf = new Uint32Array(1_024)
  /** The parent of the entry before, which most entries have too. */
  #last = { parent: '', index: this.#parents.add('') }

  get size(): number {
    return this.#ids.size
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** Takes an entry in. False when one with its id is there already. */
  add(id: string, dn: string): boolean {
    if (this.#ids.add(id) < this.#names.length) return false
    const comma = dn.indexOf(',')
    const length = comma < 0 ? dn.length : comma
    const index = this.#names.push(dn.slice(0, length))
    this.#parentOf = withRoom(this.#parentOf, index + 1)
    if (length + this.#last.parent.length !== dn.length || !dn.endsWith(this.#last.parent)) {
      const parent = dn.slice(length)
      this.#last = { parent, index: this.#parents.add(parent) }
    }
    this.#parentOf[index] = this.#last.index
    return true
  }

  /** Which one it is, counted from 0; negative for one that has not come. */
  indexOf(id: string): number {
    return this.#ids.indexOf(id)
  }

  /** The entry that came as this one. */
  at(index: number): { readonly id: string; readonly dn: string } {
    return { id: this.#ids.at(index), dn: this.#names.at(index) + this.#parents.at(this.#parentOf[index]!) }
  }

  /** None of the entries, to be filled with some. Nothing is added to all of them from then on. */
  none(): Subset {
    return new Subset(this.#ids)
  }
}
