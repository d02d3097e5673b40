import { membershipId, membershipSides, unownedZendeskId } from '@provisioner/shared/entity.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change } from '../plan/change.ts'
import { planMemberships } from '../plan/plan-memberships.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { FoundMembership } from './find-memberships.ts'
import { unread } from './groups-in-doubt.ts'
import type { GroupsPlan } from './plan-groups.ts'
import type { UsersPlan } from './plan-users.ts'
import type { TeamOfCycle } from './team-of-cycle.ts'
import { doubtsOf, UNDONE_LOST } from './users-in-doubt.ts'

export interface MembersPlan {
  readonly changes: readonly Change[]
  readonly links: readonly Link[]
  readonly problems: readonly Problem[]
  readonly known: number
  readonly wanted: number
}

/**
 * Plans the memberships of all active groups. `found` is what Zendesk holds in them, when it was read: what is wanted
 * there is linked, what is not was made by hand and is removed, and what the ledger believes and Zendesk lacks is added
 * again.
 */
export async function planMembers({
  picture,
  users,
  groups,
  reader,
  leaving,
  team,
  dropped,
  seatless,
  unknowable,
  found,
  isTouched,
  isOfOthers,
  nameOf,
}: {
  picture: DirectoryPicture
  users: UsersPlan
  groups: GroupsPlan
  reader: LedgerReader
  /** Memberships whose removal is released already. */
  leaving: ReadonlySet<string>
  /** Users of whom the ledger can't say what they are. */
  unknowable: ReadonlySet<string>
  found: readonly FoundMembership[] | undefined
  /** Whether a membership may have been written since `found` was read, which says nothing of it then. */
  isTouched: (membershipId: string) => boolean
  /** Whether another connection has the user. */
  isOfOthers: (userId: string) => boolean
  nameOf: (userId: string) => string
} & TeamOfCycle): Promise<MembersPlan> {
  const changes: Change[] = []
  const links: Link[] = []
  const problems: Problem[] = []
  const foundIn = Map.groupBy(found ?? [], (membership) => membership.groupId)
  let known = 0
  let total = 0

  for (const group of groups.active) {
    const members = picture.members.get(group.id) ?? new Set<string>()
    // Who is gone in Zendesk, is gone there from every group as well; and a group that is gone has nobody.
    const recorded = groups.gone.has(group.id) ? [] : await reader.membersOf(group.id)
    const ledger = new Set(recorded.filter((id) => !users.gone.has(id)))
    const wanted = new Set(
      [...members].filter(
        (id) => isUnowned(id) || (users.existing.has(id) && (picture.rejected.has(id) ? ledger.has(id) : team.has(id))),
      ),
    )
    // Of an entry that is not read nobody knows which groups it is in, nor whose members can't be told whose they are.
    const isKept = (id: string) =>
      picture.unread.users.has(id) ||
      users.unread.has(id) ||
      unknowable.has(id) ||
      (picture.foreign.unsure.has(group.id) && isOfOthers(id))
    for (const id of ledger) if (isKept(id)) wanted.add(id)
    const isEndUser = (id: string) => users.existing.has(id) && !picture.rejected.has(id) && !team.has(id)
    const endUsers = [...members].filter((id) => isEndUser(id) && !seatless.has(id))
    if (endUsers.length > 0) problems.push(endUsersInGroup(group, endUsers.length))

    const about = (userId: string) => ({
      kind: 'membership' as const,
      id: membershipId(group.id, userId),
      dn: group.dn,
      label: `${nameOf(userId)} in ${group.name}`,
    })
    if (found && group.zendeskId !== null) {
      const there = new Map((foundIn.get(group.id) ?? []).map((membership) => [membership.userId, membership]))
      for (const [userId, membership] of there) {
        if (ledger.has(userId) || isTouched(membershipId(group.id, userId))) continue
        if (isKept(userId)) wanted.add(userId)
        const isWanted = wanted.has(userId)
        links.push({
          ...about(userId),
          zendeskId: membership.zendeskId,
          applied: {
            presence: 'active',
            userZendeskId: membership.userZendeskId,
            groupZendeskId: membership.groupZendeskId,
            membershipZendeskId: membership.zendeskId,
          },
          suspendedByUs: false,
          inSync: isWanted ? { presence: 'active' } : null,
        })
        ledger.add(userId)
      }
      for (const record of await missing(
        reader,
        group.id,
        [...ledger].filter((id) => !there.has(id) && !isTouched(membershipId(group.id, id))),
      )) {
        links.push({
          ...about(membershipSides(record.id).userId),
          zendeskId: null,
          applied: null,
          suspendedByUs: false,
          inSync: null,
        })
        const { userId } = membershipSides(record.id)
        ledger.delete(userId)
        if (isKept(userId)) wanted.delete(userId)
      }
    }
    // Who has left the scope or lost access loses the group for that, and not for what the group says.
    const doubt = picture.doubts.managed.get(group.id)
    const { users: unsure, what } = picture.usersInDoubt
    const suspended =
      doubt || unsure.size > 0 ? await suspendedAmong(reader, ledger.difference(wanted)) : new Set<string>()
    const isAbsent = (userId: string) => !picture.present.has(userId) && !isUnowned(userId)
    const doubtOf = (userId: string) => {
      if (picture.undone.isLost) return UNDONE_LOST
      if (isAbsent(userId)) return doubtsOf(picture, userId).scope
      if (suspended.has(userId)) return undefined
      return unsure.has(userId) ? what : doubt?.what
    }
    const before = changes.length
    const gone = new Set([...ledger].filter((userId) => leaving.has(membershipId(group.id, userId))))
    known += ledger.size - gone.size
    total += wanted.size
    changes.push(
      ...planMemberships(
        { groupId: group.id, groupDn: group.dn, groupName: group.name, wanted, known: ledger, leaving: gone, doubtOf },
        nameOf,
        dropped,
      ),
    )
    const asked = changes.slice(before).some((change) => change.consent)
    if (doubt && !doubt.certain && asked) problems.push(unread(group.id, group.dn, 'is provisioned', doubt))
  }
  return { changes, links, problems, known, wanted: total }
}

/** Whether no entry of this connection has the user. */
function isUnowned(userId: string): boolean {
  return unownedZendeskId(userId) !== undefined
}

/** Of these users, those whom we have suspended. */
async function suspendedAmong(reader: LedgerReader, userIds: ReadonlySet<string>): Promise<Set<string>> {
  const records = await reader.records<UserRecord>('user', [...userIds])
  return new Set(
    records.flatMap((record) => (record?.suspendedByUs && record.applied?.presence === 'suspended' ? [record.id] : [])),
  )
}

/** Memberships that were applied, have nothing waiting, and are not in Zendesk any more. */
async function missing(reader: LedgerReader, groupId: string, userIds: readonly string[]): Promise<MembershipRecord[]> {
  const records = await reader.records<MembershipRecord>(
    'membership',
    userIds.map((id) => membershipId(groupId, id)),
  )
  return records.filter(
    (record) =>
      record !== undefined && record.applied?.presence === 'active' && record.revision <= record.appliedRevision,
  ) as MembershipRecord[]
}

function endUsersInGroup(group: { id: string; dn: string; name: string }, count: number): Problem {
  return {
    code: 'END_USERS_IN_GROUP',
    subject: 'group',
    id: group.id,
    dn: group.dn,
    what: `${count} member${count === 1 ? ' of the group is an end user' : 's of the group are end users'} in Zendesk, where only team members can be in groups`,
    todo: 'Map their role to agent, or take them out of the group',
  }
}
