/** A group that the directory manages, as its members are to find it. */
export interface ManagedGroup {
  /** Null until it is created, or linked. */
  readonly zendeskId: number | null
}

/**
 * The groups that the directory manages, by name. Their names are those that the directory gives them now, whatever
 * Zendesk still calls them.
 */
export class ManagedGroups {
  readonly #byName = new Map<string, ManagedGroup>()

  /** Of two groups with one name, one that Zendesk has comes first. */
  constructor(groups: Iterable<ManagedGroup & { readonly names: readonly string[] }>) {
    for (const { names, zendeskId } of groups)
      for (const name of names.map(keyOf))
        if ((this.#byName.get(name)?.zendeskId ?? null) === null) this.#byName.set(name, { zendeskId })
  }

  /** The groups that are called so, in the order of the names; those that Zendesk has come first. */
  find(names: readonly string[]): ManagedGroup[] {
    const found = names.flatMap((name) => this.#byName.get(keyOf(name)) ?? [])
    return [...found.filter((one) => one.zendeskId !== null), ...found.filter((one) => one.zendeskId === null)]
  }
}

/** Zendesk's names have no case. */
function keyOf(name: string): string {
  return name.trim().toLowerCase()
}
