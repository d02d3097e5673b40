import type { DirectoryGroup, GroupRoot, GroupTree } from './group-tree.ts'
import type { SourceUser } from './read-users.ts'

/** Why what a group says of its members may not be all. */
export interface Doubt {
  /** The group in question and what was looked at: half a sentence that begins with its DN. */
  readonly what: string
  /** Members are missing for certain; else the group may have lost its last one. */
  readonly certain: boolean
}

/**
 * Tells groups that are empty from groups whose members were not read, as far as LDAP lets anybody: an attribute that
 * is hidden, misnamed or moved looks like one that has no value.
 *
 *   the group                                              | in doubt
 *   -------------------------------------------------------|---------
 *   names members, in each attribute that named any        | no
 *   names none in one of several attributes that named any | yes, whoever else names whom
 *   names none, but users name it (`memberOf`)             | no
 *   names none, and had members when it was last read      | yes
 *   names none, and never did                              | no
 *   was the primary group of users, and is nobody's now    | yes
 *   is not there, and is named as a member, or by `byGroup`| yes, if it had members; by `byGroup` in any case
 *   its search failed, or it hides what its class demands  | yes
 *   names members by uid, and nobody shows one             | yes
 *
 * With `membership.group: false` users alone say who is where: then a group that nobody names is in doubt when no user
 * names any. (When some of them lose the attribute, they are in doubt, and not the group: `UserDoubts`.)
 */
export class GroupDoubts {
  readonly #tree: GroupTree
  readonly #had: ReadonlySet<string>
  /** Groups that users name; primary groups apart, for those say nothing of other members. */
  readonly #named = new Set<string>()
  readonly #primary = new Set<string>()
  /** Whether there is anybody, and anybody who shows a `uid`. */
  #people = false
  #uids = false

  /** @param had what {@link shown} said when the groups were last read */
  constructor(tree: GroupTree, had: ReadonlySet<string>) {
    this.#tree = tree
    this.#had = had
  }

  /** Takes a page of people into account, in scope or not: whether groups that name uids can name any of them. */
  notePeople(people: readonly Pick<SourceUser, 'keys'>[]): void {
    this.#people ||= people.length > 0
    this.#uids ||= people.some(({ keys }) => keys.some((key) => key.startsWith('uid:')))
  }

  /** Takes a user in scope into account. */
  note({ memberOf, primary }: SourceUser): void {
    for (const key of memberOf) this.#named.add(key)
    if (primary !== undefined) this.#primary.add(primary)
  }

  /** Of a group and, where they count, those nested in it; undefined when what is read can be trusted. */
  of(root: GroupRoot): Doubt | undefined {
    for (const key of this.#tree.groupsBelow(root.key, root.nested)) {
      const group = this.#tree.get(key)
      if (!group) return { what: `'${root.dn}' is not in the directory, or hidden`, certain: true }
      if (group.unread !== undefined) return { what: `'${group.dn}': ${group.unread}`, certain: true }
      if (this.#people && !this.#uids && group.members.some((member) => member.startsWith('uid:')))
        return { what: `'${group.dn}' names members by uid, and no entry shows its own`, certain: true }
      if (this.#isEmpty(group) && this.#hadMembers(key)) return { what: describe(group), certain: false }
      const silent = attributesOf(group).find((name) => !group.naming.includes(name) && this.#had.has(by(name, key)))
      if (silent !== undefined) return { what: describeSilent(group, silent), certain: false }
    }
    if (this.#had.size === 0 || !root.nested) return undefined
    for (const member of this.#tree.membersOf(root.key, true))
      if (this.#had.has(member))
        return {
          what: `'${member}', a group that '${root.dn}' names, is not in the directory any more`,
          certain: false,
        }
    return undefined
  }

  /** What was looked at in vain when nobody is in the group at all. */
  emptiness(root: GroupRoot): Doubt | undefined {
    const isPrimary = [...this.#tree.groupsBelow(root.key, root.nested)].some((key) => this.#primary.has(key))
    return isPrimary ? undefined : this.silence(root)
  }

  /** What was looked at in vain when neither the group nor one that counts for it names a member. */
  silence({ key, nested }: GroupRoot): Doubt | undefined {
    if (this.#tree.membersOf(key, nested).size > 0) return undefined
    const groups = [...this.#tree.groupsBelow(key, nested)].flatMap((at) => this.#tree.get(at) ?? [])
    if (groups.some((group) => this.#named.has(group.key))) return undefined
    const empty = groups.find((group) => this.#isEmpty(group))
    return empty && { what: describe(empty), certain: false }
  }

  /**
   * Which groups show members, for the next cycle to know: their keys, with `primary:` before those of primary groups,
   * and `by ATTRIBUTE:` where a group names members in one of several attributes.
   */
  shown(roots: readonly GroupRoot[]): Set<string> {
    const shown = new Set<string>()
    for (const { key, nested } of roots)
      for (const at of this.#tree.groupsBelow(key, nested)) {
        const group = this.#tree.get(at)
        if (group && !this.#isEmpty(group)) shown.add(at)
        for (const name of group ? attributesOf(group) : []) if (group!.naming.includes(name)) shown.add(by(name, at))
        if (this.#primary.has(at)) shown.add(`primary:${at}`)
      }
    return shown
  }

  #hadMembers(key: string): boolean {
    return this.#had.has(key) || (this.#had.has(`primary:${key}`) && !this.#primary.has(key))
  }

  #isEmpty({ key, members, lookedFor }: DirectoryGroup): boolean {
    if (members.length > 0 || this.#named.has(key)) return false
    return lookedFor.length > 0 || this.#named.size === 0
  }
}

function describe({ dn, lookedFor }: DirectoryGroup): string {
  const where = lookedFor.length === 0 ? "no user's entry names it" : `it names nobody in ${lookedFor.join(' or ')}`
  return `'${dn}' shows no members: ${where}, as far as the bind DN may read`
}

/** The attributes of a group that has several: of a single one the group's members say it all. */
function attributesOf({ lookedFor }: DirectoryGroup): readonly string[] {
  return lookedFor.length > 1 ? lookedFor.map((name) => name.toLowerCase()) : []
}

function by(attribute: string, key: string): string {
  return `by ${attribute}:${key}`
}

function describeSilent({ dn, lookedFor }: DirectoryGroup, silent: string): string {
  const name = lookedFor.find((one) => one.toLowerCase() === silent)!
  return `'${dn}' names nobody in ${name} any more, as far as the bind DN may read`
}
