import { membershipSides } from '@provisioner/shared/entity.ts'
import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember, parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { DirectoryPicture } from './directory-picture.ts'

type Read = Pick<DirectoryPicture, 'rejected' | 'present' | 'unread' | 'statusUnread' | 'usersInDoubt' | 'doubts'>

/**
 * Keys of the rejections that this picture of the directory says nothing about: what was not read is not what nobody
 * asks for. They stay, so that what an admin rejected does not go out once the directory shows it again.
 *
 *   the rejected change is of          | and it is not read
 *   -----------------------------------|-----------------------------------------------------
 *   a user                             | the entry can't be mapped, may have lost its scope, or its groups
 *   a user's role, or removal          | a group that decides roles
 *   a user's removal, or takeover      | the attribute that tells who is disabled
 *   a group                            | a group that decides which are managed
 *   a membership                       | the group's members, or the user as above
 *   any of these                       | the entry, the user's or the group's, is there and can't be read
 *   any of these                       | the ledger can't say what it is, or the user or the group
 *
 * @param entries ids of entries that are there, and that no location finds any more
 * @param records entities of which the ledger can't say what they are, as `kind|id`
 */
export function unreadRejections(
  decisions: ReadonlyMap<string, Decision>,
  read: Read,
  { entries, records }: { entries: ReadonlySet<string>; records: ReadonlySet<string> },
): Set<string> {
  return new Set(
    [...decisions].flatMap(([key, { decision }]) =>
      decision === 'rejected' && (isUnread(key, read, entries) || isUnknowable(key, records)) ? [key] : [],
    ),
  )
}

function isUnread(key: string, read: Read, unread: ReadonlySet<string>): boolean {
  const { kind, id, part } = parseHeldKey(key)
  const { forAll, managed } = read.doubts
  const isHidden = (one: string) => unread.has(one) || read.unread.groups.has(one)
  if (kind === 'membership') {
    const { groupId, userId } = membershipSides(id)
    return managed.has(groupId) || isHidden(groupId) || isHidden(userId) || isUserUnread(userId, read)
  }
  if (isHidden(id)) return true
  if (kind === 'group') return forAll.managed !== undefined
  if (read.statusUnread && (part === undefined || part === 'link')) return true
  const isOfRole = part === undefined || part === 'role'
  return isUserUnread(id, read) || (isOfRole && forAll.roles !== undefined)
}

function isUnknowable(key: string, records: ReadonlySet<string>): boolean {
  const { kind, id } = parseHeldKey(key)
  if (records.has(formatEntityMember({ kind, id }))) return true
  if (kind !== 'membership') return false
  const { groupId, userId } = membershipSides(id)
  return [formatEntityMember({ kind: 'group', id: groupId }), formatEntityMember({ kind: 'user', id: userId })].some(
    (member) => records.has(member),
  )
}

function isUserUnread(id: string, { rejected, present, usersInDoubt, doubts }: Read): boolean {
  return rejected.has(id) || usersInDoubt.users.has(id) || (doubts.forAll.scope !== undefined && !present.has(id))
}
