import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { rejected } from './plain-outcome.ts'

/** The pattern that protects a user whom a write met in Zendesk. */
export async function patternOfUser({ account }: Needs<'account'>, { id, email }: User): Promise<string | undefined> {
  return (await account.protection.ofIds([id])).get(id) ?? account.protection.byAddress(email)
}

/** The outcome of a group's deletion that would take the group from a protected user. */
export async function protectedMember(
  { account, zendesk }: Needs<'account' | 'zendesk'>,
  label: string,
  groupId: number,
): Promise<Outcome | undefined> {
  if ((await account.protection.all()).size === 0) return undefined
  const members = await zendesk.memberships.ofGroup(groupId)
  const [found] = await account.protection.ofIds(members.map((member) => member.user_id))
  return found && userProtected(`The deletion of group '${label}', of which the user is a member,`, ...found)
}

/** The outcome of what would be done to a protected user. */
export function userProtected(what: string, zendeskId: number, pattern: string): Outcome {
  return rejected(
    'USER_PROTECTED',
    `${what} is not done: Zendesk user ${zendeskId} is protected (accounts.*.protect: '${pattern}')`,
    'Nothing, if this is meant; else take the pattern out of accounts.*.protect',
  )
}
