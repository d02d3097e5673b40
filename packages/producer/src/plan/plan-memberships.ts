import { membershipId } from '@provisioner/shared/entity.ts'
import type { Change } from './change.ts'

/** One group's members: what the directory wants and what the ledger knows. Ids are directory ids of users. */
export interface GroupMembers {
  readonly groupId: string
  readonly groupDn: string
  readonly groupName: string
  readonly wanted: ReadonlySet<string>
  /** Users with a membership record that is desired, or applied and not yet taken away. */
  readonly known: ReadonlySet<string>
  /** Of the known: those whose removal is released already, and only waits. */
  readonly leaving: ReadonlySet<string>
  /** Why the user's absence from the group may only seem so; undefined when it can be trusted. */
  readonly doubtOf?: (userId: string) => string | undefined
}

/**
 * The difference of two sets. Users in `forgotten` are being deleted: their memberships go with them.
 *
 *   directory | ledger  | change
 *   ----------|---------|--------
 *   member    | –       | add
 *   member    | leaving | add
 *   member    | known   | none
 *   –         | known   | remove; with consent while in doubt
 *   –         | leaving | none
 */
export function planMemberships(
  group: GroupMembers,
  nameOf: (userId: string) => string,
  forgotten: ReadonlySet<string>,
): Change[] {
  const changes: Change[] = []
  for (const userId of group.wanted)
    if (!group.known.has(userId) || group.leaving.has(userId))
      changes.push(change(group, userId, nameOf(userId), 'add member'))
  for (const userId of group.known)
    if (!group.wanted.has(userId) && !group.leaving.has(userId) && !forgotten.has(userId))
      changes.push(change(group, userId, nameOf(userId), 'remove member'))
  return changes
}

function change(group: GroupMembers, userId: string, user: string, operation: 'add member' | 'remove member'): Change {
  const adding = operation === 'add member'
  return {
    kind: 'membership',
    id: membershipId(group.groupId, userId),
    dn: group.groupDn,
    label: `${user} in ${group.groupName}`,
    operation,
    desired: { presence: adding ? 'active' : 'deleted' },
    changed: [],
    cleared: [],
    ...(!adding && removalOf(group.doubtOf?.(userId))),
  }
}

function removalOf(doubt: string | undefined): Pick<Change, 'removal' | 'consent'> {
  const cause = "not in the directory's group"
  if (doubt === undefined) return { removal: { category: 'memberships', cause } }
  const asked = { category: 'memberships' as const, cause: `${cause}: ${doubt}` }
  return { removal: asked, consent: asked }
}
