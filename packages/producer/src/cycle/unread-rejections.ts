import { membershipSides } from '@provisioner/shared/entity.ts'
import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import type { DirectoryPicture } from './directory-picture.ts'

type Read = Pick<DirectoryPicture, 'rejected' | 'present' | 'statusUnread' | 'usersInDoubt' | 'doubts'>

/**
 * Keys of the rejections that this picture of the directory says nothing about: what was not read is not what nobody asks
 * for. They stay, so that what an admin rejected does not go out once the directory shows it again.
 *
 *   the rejected change is of          | and it is not read
 *   -----------------------------------|-----------------------------------------------------
 *   a user                             | the entry can't be mapped, may have lost its scope, or its groups
 *   a user's role, or removal          | a group that decides roles
 *   a user's removal, or takeover      | the attribute that tells who is disabled
 *   a group                            | a group that decides which are managed
 *   a membership                       | the group's members, or the user as above
 */
export function unreadRejections(decisions: ReadonlyMap<string, Decision>, read: Read): Set<string> {
  return new Set(
    [...decisions].flatMap(([key, { decision }]) => (decision === 'rejected' && isUnread(key, read) ? [key] : [])),
  )
}

function isUnread(key: string, read: Read): boolean {
  const [kind, id = '', part] = key.split('|')
  const { forAll, managed } = read.doubts
  if (kind === 'group') return forAll.managed !== undefined
  if (kind === 'membership') {
    const { groupId, userId } = membershipSides(id)
    return managed.has(groupId) || isUserUnread(userId, read)
  }
  if (read.statusUnread && (part === undefined || part === 'link')) return true
  const isOfRole = part === undefined || part === 'role'
  return isUserUnread(id, read) || (isOfRole && forAll.roles !== undefined)
}

function isUserUnread(id: string, { rejected, present, usersInDoubt, doubts }: Read): boolean {
  return rejected.has(id) || usersInDoubt.users.has(id) || (doubts.forAll.scope !== undefined && !present.has(id))
}
