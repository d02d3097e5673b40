import { didYouMean } from '@provisioner/shared/config/did-you-mean.ts'

/** Names that are looked through for a near one: an account may have a hundred thousand organizations. */
const COMPARED = 100

/** Things of a Zendesk account by name, for those who write names where Zendesk wants ids. */
export class Catalogue {
  readonly #idByName = new Map<string, number>()
  readonly #ids = new Set<number>()
  /** As they are written in Zendesk; no more than are compared, and one. */
  readonly #names: string[] = []
  readonly #near = new Map<string, string | undefined>()

  /** Pairs of name and id; a thing may have several names. Of two things with one name the first is found. */
  constructor(pairs: Iterable<readonly [name: string, id: number]> = []) {
    for (const [name, id] of pairs) {
      const key = name.trim().toLowerCase()
      if (!this.#idByName.has(key)) this.#idByName.set(key, id)
      if (this.#names.length <= COMPARED) this.#names.push(name)
      this.#ids.add(id)
    }
  }

  /** How many things there are. */
  get size(): number {
    return this.#ids.size
  }

  /** The name that a misspelt one may have been meant for; undefined when none is near, or there are too many. */
  nearest(written: string): string | undefined {
    if (this.#names.length > COMPARED) return undefined
    const key = written.trim().toLowerCase()
    if (!this.#near.has(key)) this.#near.set(key, didYouMean(key, this.#names))
    return this.#near.get(key)
  }

  /**
   * The id of what an admin wrote.
   *
   *   written  | catalogue          | id
   *   ---------|--------------------|-----------------------------------
   *   acme     | Acme = 7           | 7: names have no case
   *   7        | Acme = 7           | 7: a number that is a known id
   *   7        | Acme = 7, "7" = 9  | 9: a name comes before an id
   *   8, Akme  | Acme = 7           | –
   */
  idOf(written: string): number | undefined {
    const text = written.trim()
    const named = this.#idByName.get(text.toLowerCase())
    if (named !== undefined || !/^\d{1,15}$/.test(text)) return named
    return this.#ids.has(Number(text)) ? Number(text) : undefined
  }
}
