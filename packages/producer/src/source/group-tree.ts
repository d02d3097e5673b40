/** A group entry as membership sees it. Keys of entries are normalised DNs; of `memberUid`, `uid:` and the value. */
export interface DirectoryGroup {
  readonly id: string
  readonly dn: string
  readonly key: string
  /** First value of `groups.match`: the Zendesk group's name, unless it has one of the others already. */
  readonly name: string
  readonly otherNames: readonly string[]
  /** Keys of direct members: users, groups, or nothing that exists. */
  readonly members: readonly string[]
}

/** A member named by `memberUid` has no DN. */
export function uidKey(uid: string): string {
  return `uid:${uid}`
}

/** The groups of a directory and who is in them, nested groups followed on demand. */
export class GroupTree {
  readonly #groups: ReadonlyMap<string, DirectoryGroup>

  constructor(groups: Iterable<DirectoryGroup>) {
    this.#groups = new Map([...groups].map((group) => [group.key, group]))
  }

  get(key: string): DirectoryGroup | undefined {
    return this.#groups.get(key)
  }

  has(key: string): boolean {
    return this.#groups.has(key)
  }

  /** The group and, when `nested`, all groups below it. Cycles, and a group that contains itself, are walked once. */
  groupsBelow(key: string, nested: boolean): Set<string> {
    const found = new Set([key])
    if (!nested) return found
    for (const at of found)
      for (const member of this.#groups.get(at)?.members ?? []) if (this.#groups.has(member)) found.add(member)
    return found
  }

  /** Keys of the members that are no groups. */
  membersOf(key: string, nested: boolean): Set<string> {
    const members = new Set<string>()
    for (const at of this.groupsBelow(key, nested))
      for (const member of this.#groups.get(at)?.members ?? []) if (!this.#groups.has(member)) members.add(member)
    return members
  }
}
