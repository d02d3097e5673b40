import type { ShownUser } from '../fixtures/zendesk-view.ts'
import type { Account } from './look-at-account.ts'
import type { Wish } from './wishes.ts'

/** What has to be remembered of the way, since neither the directory nor the account shows it at the end. */
export class History {
  /** Zendesk id → directory id of the entry that got the user first. */
  readonly owners = new Map<number, string>()
  /** Directory ids of all entries that were in scope in a cycle, and of those that were active then. */
  readonly everIn = new Set<string>()
  readonly everActive = new Set<string>()
  /** Zendesk ids of users whom somebody suspended by hand, before the first cycle or later. */
  readonly suspendedByHand = new Set<number>()
  /** The users of the account before the first cycle, as people left them. */
  readonly earlier: Map<number, ShownUser>

  constructor(earlier: Account) {
    this.earlier = new Map(earlier.users.map((user) => [user.id, user]))
    for (const user of earlier.users) if (user.suspended) this.suspendedByHand.add(user.id)
  }

  /** Notes that somebody changed a user by hand, and how it was left. */
  touch(user: ShownUser, what: string): void {
    if (what === 'by hand: suspend') this.suspendedByHand.add(user.id)
    if (this.earlier.has(user.id)) this.earlier.set(user.id, user)
  }

  /** Notes what a cycle saw and what came of it. */
  note(wishes: readonly Wish[], account: Account): void {
    for (const wish of wishes) {
      this.everIn.add(wish.id)
      if (!wish.disabled) this.everActive.add(wish.id)
    }
    for (const user of account.users) if (this.everIn.has(user.external_id ?? '')) this.#own(user.id, user.external_id!)
    for (const { id, email, unclear } of wishes) {
      if (unclear || [...this.owners.values()].includes(id)) continue
      const user = account.users.find((one) => one.email?.toLowerCase() === email)
      if (user) this.#own(user.id, id)
    }
  }

  #own(zendeskId: number, id: string): void {
    if (!this.owners.has(zendeskId)) this.owners.set(zendeskId, id)
  }
}
