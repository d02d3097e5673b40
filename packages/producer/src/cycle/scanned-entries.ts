import type { Ids } from '../compact/subset.ts'
import { Subset } from '../compact/subset.ts'
import { TextList } from '../compact/text-list.ts'
import { TextSet } from '../compact/text-set.ts'

/** The entries of a scan, of which there may be a million, by their ids and in the order in which they came. */
export class ScannedEntries implements Ids {
  readonly #ids = new TextSet()
  readonly #dns = new TextList()

  get size(): number {
    return this.#ids.size
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** Takes an entry in. False when one with its id is there already. */
  add(id: string, dn: string): boolean {
    if (this.#ids.add(id) < this.#dns.length) return false
    this.#dns.push(dn)
    return true
  }

  /** Which one it is, counted from 0; negative for one that has not come. */
  indexOf(id: string): number {
    return this.#ids.indexOf(id)
  }

  /** The entry that came as this one. */
  at(index: number): { readonly id: string; readonly dn: string } {
    return { id: this.#ids.at(index), dn: this.#dns.at(index) }
  }

  /** None of the entries, to be filled with some. Nothing is added to all of them from then on. */
  none(): Subset {
    return new Subset(this.#ids)
  }
}
