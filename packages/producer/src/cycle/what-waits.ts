import { membershipSides } from '@provisioner/shared/entity.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { Change } from '../plan/change.ts'
import { valuesOf } from '../plan/choose-values.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { Questions } from './questions.ts'
import type { GroupsPlan } from './plan-groups.ts'
import type { UsersPlan } from './plan-users.ts'

/**
 * The changes, as `kind|id`, that are known to be asked for and yet wait until Zendesk has answered. The guard counts
 * them with the others of their plan.
 *
 *   change                                  | waits while
 *   ----------------------------------------|--------------------------------------------------------------------------
 *   a team member's removal                 | nobody knows whose credentials we use: no end user's, maybe theirs
 *   the removal of a leaver, or a disabled  | an entry with the same address or external id is looked for, and would
 *                                           | take the user over (`emailReuse: relink`)
 *   a group's deletion                      | a group is looked for by name, and may take it over
 *   an admin's removal                      | nobody has looked who else is an admin: it may be the last one
 *   another name or address of a user       | nobody has looked whether the user is an admin by now
 *   anything of a linked user               | nobody ever looked up whom `accounts.*.protect` names
 *   the removal of a member from a group    | a group that the user is to be in is looked for: nobody leaves their last
 */
export function whatWaits({
  changes,
  questions,
  losing,
  renamed,
  protects,
  picture,
  users,
  groups,
  relinks,
}: {
  changes: readonly Change[]
  questions: Questions
  /** Admins who are to lose that, or their access, by directory id. */
  losing: ReadonlySet<string>
  /** Linked users who get another name or address: directory id → Zendesk id. */
  renamed: ReadonlyMap<string, number>
  /** Whether it is known whom `accounts.*.protect` names. */
  protects: boolean
  picture: Pick<DirectoryPicture, 'present' | 'disabled' | 'members'>
  users: Pick<UsersPlan, 'knownOf'>
  groups: Pick<GroupsPlan, 'active'>
  /** Whether a new entry takes over the user of one that has left. */
  relinks: boolean
}): Set<string> {
  const sought = new Set(
    [...(relinks ? questions.users.values() : [])].flatMap((user) =>
      ['email', 'external_id'].flatMap((name) => valuesOf(user, name).map((value) => identity(name, value))),
    ),
  )
  const active = new Set(groups.active.map(({ id }) => id))
  const awaited = new Set(
    [...questions.groups.keys()].flatMap((id) => (active.has(id) ? [] : [...(picture.members.get(id) ?? [])])),
  )

  const waits = (change: Change): boolean => {
    if (!protects || (questions.admins && change.kind === 'user' && losing.has(change.id))) return true
    const zendeskId = change.kind === 'user' ? renamed.get(change.id) : undefined
    if (zendeskId !== undefined && questions.roles.has(zendeskId)) return true
    if (change.kind === 'group') return change.operation === 'delete group' && questions.groups.size > 0
    if (change.kind === 'membership')
      return change.operation === 'remove member' && awaited.has(membershipSides(change.id).userId)
    if (!change.removal) return false
    if (questions.apiUser && takesFromTeamMember(change, users)) return true
    const leaves = !picture.present.has(change.id) || picture.disabled.has(change.id)
    return leaves && identityOf(users.knownOf(change.id).applied).some((one) => sought.has(one))
  }
  return new Set(changes.filter(waits).map(formatEntityMember))
}

/** Whether somebody loses by the change whose credentials we might be using. */
export function takesFromTeamMember({ kind, id, removal }: Change, { knownOf }: Pick<UsersPlan, 'knownOf'>): boolean {
  return kind === 'user' && removal !== undefined && isTeamRole(knownOf(id).applied['role'])
}

/** What a user is found by. */
function identityOf(attributes: Readonly<Record<string, unknown>>): string[] {
  return ['email', 'external_id'].flatMap((name) => (attributes[name] ? [identity(name, attributes[name])] : []))
}

function identity(name: string, value: unknown): string {
  return `${name} ${String(value).toLowerCase()}`
}
