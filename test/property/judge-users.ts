import type { Problem } from '@provisioner/shared/problem.ts'
import type { ShownUser } from '../fixtures/zendesk-view.ts'
import type { Evidence } from './evidence.ts'
import type { History } from './history.ts'
import type { Wish } from './wishes.ts'

/**
 * What is wrong with the account's users; empty when the product did its work. The rules, told without the product:
 *
 *   entry                        | its Zendesk user
 *   -----------------------------|------------------------------------------------------------------
 *   active, address of its own   | is there, has what the entry says, and is active unless suspended by hand
 *   active, address taken        | as before, and the entry is reported
 *   disabled                     | suspended, if there is one
 *   no address, or that of another active one | as before, and the entry is reported
 *   gone, or out of scope        | suspended, if there is one
 *   none, ever                   | untouched
 */
export function faultsOfUsers(evidence: Evidence): string[] {
  const { wishes, account, history } = evidence
  const ids = new Set(wishes.map((wish) => wish.id))
  return [
    ...wishes.flatMap((wish) => faultsOfOne(wish, evidence).map((fault) => `${wish.dn} (${wish.id}): ${fault}`)),
    ...account.users.flatMap((user) => {
      const owner = history.owners.get(user.id)
      const isEarlier = history.earlier.has(user.id)
      if (owner === undefined) return isEarlier ? untouched(user, history) : [`nobody asked for ${show(user)}`]
      if (!isEarlier && !history.everActive.has(owner)) return [`${show(user)} was created for a disabled entry`]
      return ids.has(owner) || user.suspended ? [] : [`${show(user)} is active and its entry ${owner} has left`]
    }),
  ]
}

function faultsOfOne(wish: Wish, evidence: Evidence): string[] {
  const { account, history, problems } = evidence
  const user = ownOf(wish.id, evidence)
  if (wish.disabled) return user && !user.suspended ? [`${show(user)} is active though the entry is disabled`] : []
  if (wish.unclear) return isReported(wish, problems) ? [] : ['has no address of its own and is not reported']
  const blocked = isBlocked(wish, evidence)
  if (blocked && !isReported(wish, problems)) return [`its address is taken by ${blocked}, and that is not reported`]
  if (blocked) return []
  if (!user) return [`has no user: ${account.users.map(show).join(', ')}`]
  return differences(wish, user, history, isReported(wish, problems))
}

function differences(wish: Wish, user: ShownUser, history: History, reported: boolean): string[] {
  const before = history.earlier.get(user.id)
  const expected: Record<string, unknown> = { name: wish.name, alias: wish.alias, email: wish.email }
  // What was there before and the entry leaves empty was never ours: it may stay.
  if (wish.phone !== null || !before?.phone) expected['phone'] = wish.phone
  if (wish.notes !== null || !before?.['notes']) expected['notes'] = wish.notes
  const shown = { ...user, email: user.email?.toLowerCase() }
  const faults = Object.entries(expected)
    .filter(([name, value]) => (shown[name as keyof typeof shown] || null) !== value)
    .map(([name, value]) => `${name} is ${JSON.stringify(user[name])} and should be ${JSON.stringify(value)}`)
  const tags = user['tags'] as string[]
  const others = tags.filter((tag) => !wish.tags.includes(tag) && !(before?.['tags'] as string[])?.includes(tag))
  if (!wish.tags.every((tag) => tags.includes(tag)) || others.length > 0) faults.push(`tags are ${tags.join(', ')}`)
  if (user.external_id !== wish.id && !(user.external_id?.startsWith('crm-') && reported))
    faults.push(`external id is ${user.external_id}`)
  if (wish.isAgent && user.role === 'end-user') faults.push('is an end user')
  const wasAgent = history.everAgent.has(wish.id) || history.promotedByHand.has(user.id)
  if (user.role !== 'end-user' && !wasAgent) faults.push(`is ${user.role}`)
  if (user.suspended && !history.suspendedByHand.has(user.id)) faults.push('is suspended')
  if (!user.suspended && history.seenSuspended.has(user.id)) faults.push('was suspended by hand, and is not any more')
  if (user.suspended && !reported) faults.push('is suspended, and that is not reported')
  return faults
}

/**
 * Who keeps the entry from its address: a user of another entry that does not give it up, or an address added by hand.
 */
function isBlocked(wish: Wish, evidence: Evidence, asked: readonly string[] = []): string | undefined {
  const { wishes, account, history } = evidence
  const own = ownOf(wish.id, evidence)
  const holder = account.users.find((user) => user !== own && account.addresses.get(user.id)!.includes(wish.email))
  if (!holder) return undefined
  const owner = history.owners.get(holder.id)
  const isPrimary = holder.email?.toLowerCase() === wish.email
  // Nobody's user: taken over, unless the entry has one already.
  if (owner === undefined || owner === wish.id) return own && owner === undefined ? show(holder) : undefined
  const other = wishes.find((one) => one.id === owner)
  if (!other || other.unclear || other.disabled) return isPrimary || !other ? show(holder) : undefined
  if (!isPrimary || asked.includes(owner)) return undefined
  return isBlocked(other, evidence, [...asked, wish.id]) && show(holder)
}

function ownOf(id: string, { account, history }: Evidence): ShownUser | undefined {
  return account.users.find((user) => history.owners.get(user.id) === id)
}

function untouched(user: ShownUser, { earlier }: History): string[] {
  const before = earlier.get(user.id)!
  const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(user[name]))
  return changed.length > 0 ? [`${show(user)} is nobody's and was changed: ${changed.join(', ')}`] : []
}

function isReported(wish: Wish, problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.id === wish.id)
}

function show(user: ShownUser): string {
  return `${user.id} <${user.email}> ${user.external_id}${user.suspended ? ' suspended' : ''}`
}
