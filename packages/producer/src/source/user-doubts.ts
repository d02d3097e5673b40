import type { SourceUser } from './read-users.ts'

/** From so many on, those who lose every group in one cycle have rather lost the attribute. */
const MANY = 10
/** So many do when they are half of all who were in any group, or more. */
const FEW = 5

/** Before the id of a user who was in doubt when the directory was last read. */
const UNREAD = 'unread:'

/**
 * Tells users who have left all groups from users whose attribute that names them (`memberOf`) was not read. Asked
 * where groups name nobody (`membership.group: false`), so that no group's entry can say it.
 *
 *   of those in scope who named groups when they were last read | in doubt
 *   ------------------------------------------------------------|----------------------------
 *   who name any now                                            | no
 *   whose entry is gone, or disabled                            | no
 *   who name none, ten or more                                  | yes
 *   who name none, five or more, and half of all or more        | yes
 *   who name none, fewer                                        | no: they have left them all
 *   who name none, and were in doubt                            | yes
 *
 * Whoever is left in no group at all loses the attribute, in Active Directory as elsewhere: one such person proves
 * nothing.
 */
export class UserDoubts {
  readonly #isAsked: boolean
  readonly #had: ReadonlySet<string>
  readonly #isDisabled: (user: SourceUser) => boolean
  readonly #naming = new Set<string>()
  readonly #still = new Set<string>()
  /** Ids of those who named groups and name none → their DNs. */
  readonly #lost = new Map<string, string>()

  /** @param had what {@link remembered} said when users were last read */
  constructor(isAsked: boolean, had: ReadonlySet<string>, isDisabled: (user: SourceUser) => boolean) {
    this.#isAsked = isAsked
    this.#had = had
    this.#isDisabled = isDisabled
  }

  /** Takes a page of people into account, in scope or not: who names no group is in no scope that is a group. */
  notePeople(people: readonly SourceUser[]): void {
    for (const user of this.#isAsked ? people : []) {
      const { id, dn } = user.entry
      if (!this.#had.has(id) && !this.#had.has(UNREAD + id)) continue
      if (user.memberOf.length > 0) this.#still.add(id)
      else if (!this.#isDisabled(user)) this.#lost.set(id, dn)
    }
  }

  /** Takes a user in scope into account. */
  note({ entry, memberOf }: SourceUser): void {
    if (this.#isAsked && memberOf.length > 0) this.#naming.add(entry.id)
  }

  /** Ids of the users in doubt → their DNs. */
  inDoubt(): ReadonlyMap<string, string> {
    const lost = this.#lost.size
    if (lost >= MANY || (lost >= FEW && lost >= this.#still.size)) return this.#lost
    return new Map([...this.#lost].filter(([id]) => this.#had.has(UNREAD + id)))
  }

  /** For the next cycle to know: who names groups, and of those in doubt the ones of whom something is still asked. */
  remembered(isAskedOf: (id: string) => boolean): Set<string> {
    const unread = [...this.inDoubt().keys()].filter(isAskedOf)
    return new Set([...this.#naming, ...unread.map((id) => UNREAD + id)])
  }
}
