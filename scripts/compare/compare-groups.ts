import { PROTECTED } from '../../packages/sandbox/src/company/company-config.ts'
import type { Score } from './compare-users.ts'
import type { Expected } from './expected.ts'
import { findUsers } from './find-users.ts'
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
 * when they are enabled. Protected users stay where they are.
 */
export function compareMemberships({ users, groups }: Expected, account: AccountNow): Score {
  const found = findUsers(users, account)
  const emails = new Map(account.users.map((user) => [user.id, user.email ?? String(user.id)]))
  const differences: string[] = []
  let good = 0
  let all = 0
  for (const [name, members] of groups) {
    const id = account.groups.find((group) => group.name === name)?.id
    const there = new Set(account.memberships.filter((one) => one.group_id === id).map((one) => one.user_id))
    const wanted = new Set(
      users.flatMap((user) => {
        const inZendesk = found.get(user)
        if (!inZendesk || !user.team || !members.has(user.dn)) return []
        return user.disabled && inZendesk.role === 'end-user' ? [] : [inZendesk.id]
      }),
    )
    for (const userId of wanted) {
      all++
      if (there.has(userId)) good++
      else differences.push(`${emails.get(userId)} is not in ${name}`)
    }
    for (const userId of there) {
      if (wanted.has(userId) || PROTECTED.includes(emails.get(userId) ?? '')) continue
      all++
      differences.push(`${emails.get(userId) ?? userId} is in ${name}, and should not be`)
    }
  }
  return { good, all, differences }
}
