import type { GroupRoot, GroupTree } from './group-tree.ts'
import { searchFault } from '../directory/search-fault.ts'

/**
 * Finds the groups that are nested in others and lie beside everything that was scanned, as Active Directory's own ones
 * do (`CN=Domain Users,CN=Users,…`). Each container that a member outside lies in is looked at once, for the groups
 * right below it; members that are no groups, or nothing at all, are left alone.
 */
export class OutsideGroups {
  readonly #bases: readonly string[]
  readonly #looked = new Set<string>()

  /** @param bases keys of the bases whose groups are known */
  constructor(bases: readonly string[]) {
    this.#bases = bases.map((base) => `,${base}`)
  }

  /**
   * Goes on until nothing more is named.
   *
   * @param scan puts the groups right below a container into the tree
   * @throws whatever `scan` throws when the server, and not a member's name, is at fault
   */
  async add(tree: GroupTree, roots: readonly GroupRoot[], scan: (container: string) => Promise<void>): Promise<void> {
    for (let found = true; found;) {
      found = false
      for (const container of this.#containers(tree, roots)) {
        if (this.#looked.has(container)) continue
        this.#looked.add(container)
        found = true
        await scan(container).catch((error: unknown) => {
          if (searchFault(error) === undefined) throw error
        })
      }
    }
  }

  /** Containers of members that are no known groups, though no base is above them. */
  #containers(tree: GroupTree, roots: readonly GroupRoot[]): Set<string> {
    const containers = new Set<string>()
    for (const { key, nested } of roots)
      for (const member of nested ? tree.membersOf(key, true) : []) {
        if (member.startsWith('uid:') || this.#bases.some((base) => member.endsWith(base))) continue
        // In a key, a comma within a value is escaped: the first one ends the RDN.
        const comma = member.indexOf(',')
        if (comma > 0) containers.add(member.slice(comma + 1))
      }
    return containers
  }
}
