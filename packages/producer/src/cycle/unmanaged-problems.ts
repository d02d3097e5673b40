import type { StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { nameUsers } from '@provisioner/zendesk/nobodys-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { namesOf } from '../plan/plan-group.ts'
import { nameSome } from './name-some.ts'
import type { Protection } from './protection.ts'
import type { Answers } from './questions.ts'

const CODES: ReadonlySet<string> = new Set(['UNMANAGED_TEAM_MEMBERS', 'UNMANAGED_GROUPS'])

const LEAVE_IT = 'or leave it at that: it keeps nobody from anything'

/**
 * One problem for all team members whom nobody manages, and one for all groups.
 *
 *   not told are                                      | since
 *   --------------------------------------------------|-----------------------------------------------------
 *   users whom an entry was found to have             | they are linked by this cycle, or told or held for a reason
 *   groups that have the name of one of the directory | the same
 *   the account's default group                       | every account has one, and it can't be deleted
 *   protected users                                   | an admin has said that they are left alone
 *   the user whose credentials are used               | no directory is to manage it
 */
export function unmanagedProblems(
  account: string,
  { unmanaged, users: { found }, groups: { asked } }: Pick<Answers, 'unmanaged' | 'users' | 'groups'>,
  { known, protection, apiUserId }: Pick<Protection, 'known' | 'protection' | 'apiUserId'>,
): Problem[] {
  const claimed = new Set([...found.values()].map(({ zendeskId }) => zendeskId))
  const spared = ({ id, email }: User) =>
    id === apiUserId || claimed.has(id) || known.has(id) || protection.byAddress(email) !== undefined
  const names = new Set([...asked.values()].flatMap((group) => namesOf(group).map((name) => name.toLowerCase())))
  const team = unmanaged.team.filter((user) => !spared(user))
  const groups = unmanaged.groups.filter((one) => one.default !== true && !names.has(one.name.toLowerCase()))
  const problems: Problem[] = []
  if (team.length > 0)
    problems.push({
      code: 'UNMANAGED_TEAM_MEMBERS',
      subject: 'account',
      id: `${account}.unmanaged-team`,
      what:
        `${team.length === 1 ? 'A team member' : `${team.length} team members`} of Zendesk account '${account}' ` +
        `belong${team.length === 1 ? 's' : ''} to no entry of the directory: ${nameUsers(team)}. ` +
        'Nobody takes their access and their seat when they leave',
      todo: `Give them an entry in the directory, or name them in accounts.${account}.protect, ${LEAVE_IT}`,
    })
  if (groups.length > 0)
    problems.push({
      code: 'UNMANAGED_GROUPS',
      subject: 'account',
      id: `${account}.unmanaged-groups`,
      what:
        `${groups.length === 1 ? 'A group' : `${groups.length} groups`} of Zendesk account '${account}' ` +
        `belong${groups.length === 1 ? 's' : ''} to no group of the directory: ` +
        nameSome(groups.map(({ name }) => `'${name}'`)).join(', '),
      todo: `Have a group of the same name in the directory that the connection manages, ${LEAVE_IT}`,
    })
  return problems
}

/** What was told of whom nobody manages, and stands until the next full cycle looks. */
export function stillUnmanaged(stored: Iterable<StoredProblem>): Problem[] {
  return [...stored].flatMap(({ problem }) => (CODES.has(problem.code) ? [problem] : []))
}
