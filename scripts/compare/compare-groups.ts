import type { Score } from './compare-users.ts'
import type { Expected } from './expected.ts'
import type { AccountNow } from './zendesk-account.ts'

/** Each managed group is there once, under its name; no other group has the look of one. */
export function compareGroups({ groups }: Expected, account: AccountNow): Score {
  const differences: string[] = []
  let good = 0
  for (const name of groups.keys()) {
    const found = account.groups.filter((group) => group.name === name).length
    if (found === 1) good++
    else differences.push(`group ${name}: ${found} in Zendesk`)
  }
  const strays = account.groups.filter((group) => /^zd-/i.test(group.name) && !groups.has(group.name))
  differences.push(...strays.map((group) => `group ${group.name}: not in the directory`))
  return { good, all: groups.size + strays.length, differences }
}

/**
 * Members of managed groups, both ways. Only team members can be in groups: who was promoted while disabled becomes one
 * when they are enabled.
 */
export function compareMemberships({ users, groups }: Expected, account: AccountNow): Score {
  const held = new Map(account.users.map((user) => [user.id, user.email?.toLowerCase() ?? String(user.id)]))
  const present = new Set(held.values())
  const endUsers = new Set(account.users.filter((user) => user.role === 'end-user').map((user) => held.get(user.id)!))
  const differences: string[] = []
  let good = 0
  let all = 0
  for (const [name, members] of groups) {
    const id = account.groups.find((group) => group.name === name)?.id
    const there = new Set(account.memberships.filter((one) => one.group_id === id).map((one) => held.get(one.user_id)!))
    const wanted = new Set(
      users
        .filter((user) => user.team && members.has(user.dn))
        .filter((user) => !(user.disabled && endUsers.has(user.email.toLowerCase())))
        .map((user) => user.email.toLowerCase())
        .filter((email) => present.has(email)),
    )
    for (const email of wanted) {
      all++
      if (there.has(email)) good++
      else differences.push(`${email} is not in ${name}`)
    }
    for (const email of there) {
      if (wanted.has(email)) continue
      all++
      differences.push(`${email} is in ${name}, and should not be`)
    }
  }
  return { good, all, differences }
}
