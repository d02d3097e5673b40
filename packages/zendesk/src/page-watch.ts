/** Five million items: more than any account that one connection could look through in a day. */
const MOST_PAGES = 50_000

/** Zendesk may filter after it has cut a list into pages; not this often in a row. */
const MOST_EMPTY = 10

/**
 * Watches the pages of one list for what has no end.
 *
 *   page, while there are more                      | fault
 *   ------------------------------------------------|------------------
 *   has no cursor to the next                       | would end early
 *   has a cursor that an earlier page had           | goes in circles
 *   begins with the item that an earlier page began with | goes in circles
 *   is empty, the tenth in a row                    | has no end
 *   is the 50,000th                                 | has no end
 */
export class PageWatch {
  readonly #cursors = new Set<string>()
  readonly #firsts = new Set<unknown>()
  #pages = 0
  #empty = 0

  /** What is wrong with a page that says that there are more, in words. */
  faultOf(items: readonly unknown[], cursor: string): string | undefined {
    if (cursor === '') return 'The list has more pages and no cursor to them'
    this.#pages += 1
    this.#empty = items.length === 0 ? this.#empty + 1 : 0
    if (isKnown(this.#cursors, cursor))
      return `The list goes in circles: its page ${this.#pages} has a cursor that it had before`
    const first = idOf(items[0])
    if (first !== undefined && isKnown(this.#firsts, first))
      return `The list goes in circles: its page ${this.#pages} begins with ${String(first)}, as an earlier one did`
    if (this.#empty >= MOST_EMPTY)
      return `The list has no end: ${MOST_EMPTY} pages in a row are empty, and there are more`
    if (this.#pages >= MOST_PAGES) return `The list has no end: ${MOST_PAGES} pages were read, and there are more`
    return undefined
  }
}

function isKnown<T>(known: Set<T>, one: T): boolean {
  const was = known.has(one)
  known.add(one)
  return was
}

function idOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined
}
