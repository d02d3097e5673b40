import type { ShownGroup } from '../fixtures/zendesk-view.ts'
import type { Evidence } from './evidence.ts'
import type { GroupWish } from './group-wishes.ts'

/**
 * What is wrong with the account's groups and who is in them. The rules, told without the product:
 *
 *   entry                            | its Zendesk group
 *   ---------------------------------|--------------------------------------------------------------
 *   a name of its own                | is there, has that name, and its members are those of the entry
 *   its name is not free in Zendesk  | none, and the entry is reported
 *   no name, or another's too        | as before, and the entry is reported
 *   gone, or not managed any more    | none, if it was made for the entry; else as before
 *   none, ever                       | untouched
 *
 * A member of the entry is a member in Zendesk when they are a team member there. Who is in no other group can't be
 * taken out.
 */
export function faultsOfGroups(evidence: Evidence): string[] {
  const { groupWishes, account, history } = evidence
  const ids = new Set(groupWishes.map((wish) => wish.id))
  return [
    ...groupWishes.flatMap((wish) => faultsOfOne(wish, evidence).map((fault) => `${wish.dn}: ${fault}`)),
    ...account.groups.flatMap((group) => {
      const owner = history.owners.get(group.id)
      const before = history.groupsByHand.get(group.id)
      if (owner !== undefined && !ids.has(owner) && before === undefined) return [`${show(group)} is left over`]
      if (owner !== undefined) return []
      if (before === undefined) return [`nobody asked for ${show(group)}`]
      return before === group.name ? [] : [`${show(group)} was '${before}'`]
    }),
  ]
}

function faultsOfOne(wish: GroupWish, evidence: Evidence): string[] {
  const { account, history, problems } = evidence
  const isReported = problems.some((problem) => problem.id === wish.id)
  const own = account.groups.find((group) => history.owners.get(group.id) === wish.id)
  if (wish.unclear && !isReported) return ['has no name of its own and is not reported']
  if (wish.name === '') return []
  if (own)
    return [...(wish.unclear || own.name === wish.name ? [] : [`is ${show(own)}`]), ...strangers(wish, own, evidence)]
  if (wish.unclear) return []
  const same = account.groups.filter((group) => group.name.toLowerCase() === wish.name.toLowerCase())
  const free = same.filter((group) => !history.owners.has(group.id))
  const blocked = free.length > 1 || (free.length === 0 && same.length > 0)
  if (!blocked) return [`has no group '${wish.name}'`]
  return isReported ? [] : [`'${wish.name}' is not free, and that is not reported`]
}

function strangers(wish: GroupWish, group: ShownGroup, { wishes, account, history, problems }: Evidence): string[] {
  return account.users.flatMap((user) => {
    const person = wishes.find((one) => one.id === history.owners.get(user.id))
    if (person?.unclear) return []
    const groups = account.groupsOf.get(user.id)!
    const isIn = groups.includes(group.id)
    const shouldBe = person !== undefined && wish.members.has(person.dn) && user.role !== 'end-user'
    if (isIn === shouldBe) return []
    if (isIn && groups.length === 1 && problems.some(({ id }) => id.startsWith(`${wish.id}~`))) return []
    return [`${user.email} (${user.role}) ${isIn ? 'is' : 'is not'} in ${show(group)}`]
  })
}

function show(group: ShownGroup): string {
  return `${group.id} '${group.name}'`
}
