import type { ShownUser } from '../fixtures/zendesk-view.ts'
import type { GroupWish } from './group-wishes.ts'
import type { Account } from './look-at-account.ts'
import type { Wish } from './wishes.ts'

/** What has to be remembered of the way, since neither the directory nor the account shows it at the end. */
export class History {
  /** Zendesk id → directory id of the entry that got the user, or the group, first. */
  readonly owners = new Map<number, string>()
  /** Directory ids of all entries that were in scope in a cycle, and of those that were active, or agents, then. */
  readonly everIn = new Set<string>()
  readonly everActive = new Set<string>()
  readonly everAgent = new Set<string>()
  /** Zendesk ids of users whom somebody suspended by hand, before the first cycle or later, or made an agent. */
  readonly suspendedByHand = new Set<number>()
  /** Of those: who has to stay suspended, since a full cycle saw that it was not us. */
  readonly seenSuspended = new Set<number>()
  readonly promotedByHand = new Set<number>()
  readonly #unseen = new Set<number>()
  #before: Account
  /** The users of the account before the first cycle, as people left them. */
  readonly earlier: Map<number, ShownUser>
  /** Names of groups that people made, before the first cycle or later. */
  readonly groupsByHand = new Map<number, string>()

  constructor(earlier: Account) {
    this.#before = earlier
    this.earlier = new Map(earlier.users.map((user) => [user.id, user]))
    for (const group of earlier.groups) this.groupsByHand.set(group.id, group.name)
    for (const user of earlier.users) {
      if (user.suspended) for (const set of [this.suspendedByHand, this.#unseen]) set.add(user.id)
      if (user.role !== 'end-user') this.promotedByHand.add(user.id)
    }
  }

  /** Notes how a change by hand left the account. */
  touch(step: { readonly do: string; readonly email?: string }, account: Account): void {
    if (step.do === 'by hand: create group')
      for (const group of account.groups)
        if (!this.groupsByHand.has(group.id) && !this.owners.has(group.id)) this.groupsByHand.set(group.id, group.name)
    if (step.do === 'by hand: rename group')
      for (const group of account.groups)
        if (this.groupsByHand.has(group.id)) this.groupsByHand.set(group.id, group.name)
    const user = account.users.find((one) => one.email?.toLowerCase() === step.email)
    if (user) this.#touchUser(step.do, user)
    this.#before = account
  }

  #touchUser(what: string, user: ShownUser): void {
    if (what === 'by hand: suspend') this.suspendedByHand.add(user.id)
    if (what === 'by hand: suspend' && this.#wasActive(user)) this.#unseen.add(user.id)
    if (what === 'by hand: unsuspend') for (const set of [this.#unseen, this.seenSuspended]) set.delete(user.id)
    if (what === 'by hand: promote') this.promotedByHand.add(user.id)
    if (this.earlier.has(user.id)) this.earlier.set(user.id, user)
  }

  /** Notes what a cycle saw and what came of it. */
  note(wishes: readonly Wish[], groups: readonly GroupWish[], account: Account, full: boolean): void {
    for (const wish of wishes) {
      this.everIn.add(wish.id)
      if (!wish.disabled) this.everActive.add(wish.id)
      if (wish.isAgent) this.everAgent.add(wish.id)
    }
    for (const user of account.users) if (this.everIn.has(user.external_id ?? '')) this.#own(user.id, user.external_id!)
    for (const { id, email, unclear } of wishes) {
      if (unclear || account.users.some((user) => this.owners.get(user.id) === id)) continue
      const user = account.users.find((one) => one.email?.toLowerCase() === email)
      if (user) this.#own(user.id, id)
    }
    for (const { id, name, unclear } of groups) {
      // Only a full cycle sees that a group was deleted by hand, and looks for another one.
      if (unclear || [...this.owners].some(([zendeskId, owner]) => owner === id && (!full || has(account, zendeskId))))
        continue
      const free = account.groups.filter((group) => group.name === name && !this.owners.has(group.id))
      if (free.length === 1) this.#own(free[0]!.id, id)
    }
    this.#seeSuspended(wishes, full)
    this.#before = account
  }

  /**
   * A full cycle sees who is suspended by hand; before that, who leaves is suspended by us as far as the product knows.
   */
  #seeSuspended(wishes: readonly Wish[], full: boolean): void {
    for (const id of this.#unseen) {
      const wish = wishes.find((one) => one.id === this.owners.get(id))
      if (wish === undefined && !this.owners.has(id)) continue
      if (full) this.seenSuspended.add(id)
      if (full || wish === undefined || wish.disabled) this.#unseen.delete(id)
    }
  }

  #wasActive({ id }: ShownUser): boolean {
    return this.#before.users.some((user) => user.id === id && !user.suspended)
  }

  #own(zendeskId: number, id: string): void {
    if (!this.owners.has(zendeskId)) this.owners.set(zendeskId, id)
  }
}

function has(account: Account, groupId: number): boolean {
  return account.groups.some((group) => group.id === groupId)
}
