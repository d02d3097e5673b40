/** Records by id and by attributes that never change, listed in order of their ids. */
export class Table<T extends { readonly id: number }, K extends string = never> {
  readonly #byId = new Map<number, T>()
  readonly #indexes: Readonly<Record<K, Map<string | number, Set<T>>>>
  readonly #keyed: readonly {
    readonly index: Map<string | number, Set<T>>
    readonly keyOf: (one: T) => string | number
  }[]
  #sorted: T[] | undefined

  constructor(keys = {} as Readonly<Record<K, (record: T) => string | number>>) {
    const names = Object.keys(keys) as K[]
    this.#indexes = Object.fromEntries(names.map((name) => [name, new Map()])) as never
    this.#keyed = names.map((name) => ({ index: this.#indexes[name], keyOf: keys[name] }))
  }

  get(id: number): T | undefined {
    return this.#byId.get(id)
  }

  add(record: T): T {
    this.#byId.set(record.id, record)
    this.#sorted = undefined
    for (const { index, keyOf } of this.#keyed) {
      const key = keyOf(record)
      const some = index.get(key)
      if (some) some.add(record)
      else index.set(key, new Set([record]))
    }
    return record
  }

  remove(record: T): void {
    this.#byId.delete(record.id)
    this.#sorted = undefined
    for (const { index, keyOf } of this.#keyed) {
      const key = keyOf(record)
      const some = index.get(key)
      some?.delete(record)
      if (some?.size === 0) index.delete(key)
    }
  }

  /** By id, ascending. */
  all(): readonly T[] {
    return (this.#sorted ??= [...this.#byId.values()].sort(byId))
  }

  /** By id, ascending. */
  by(index: K, key: string | number): T[] {
    return [...(this.#indexes[index].get(key) ?? [])].sort(byId)
  }

  find(test: (record: T) => boolean): T | undefined {
    for (const record of this.#byId.values()) if (test(record)) return record
    return undefined
  }

  get size(): number {
    return this.#byId.size
  }
}

function byId(one: { readonly id: number }, other: { readonly id: number }): number {
  return one.id - other.id
}
