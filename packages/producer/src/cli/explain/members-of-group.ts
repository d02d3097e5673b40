import { membershipId, unownedZendeskId } from '@provisioner/shared/entity.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import type { GroupRecord, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { parseDn } from '@provisioner/shared/ldap/parse-dn.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { normaliseDn } from '../../directory/dn.ts'
import { entriesKnownAs } from '../find-entries.ts'
import type { GroupEntry } from './read-entry.ts'
import { whyMissing } from './places.ts'

/** Members whom the ledger does not have in the group and whose entries are looked at, to say why. */
const LOOKED_AT = 50

/** So many are named for each reason. */
const NAMED = 3

/** Members of a group who are not in it in Zendesk, for one reason. */
export interface MissingMembers {
  readonly why: string
  readonly count: number
  /** Three of them at most. */
  readonly some: readonly string[]
}

/** A group's members, counted. */
export interface MembersOfGroup {
  /** Whom the directory's group names, in scope or not. */
  readonly inDirectory: number
  /** Who is in it in Zendesk, as far as the ledger knows. */
  readonly inZendesk: number
  readonly missing: readonly MissingMembers[]
}

/**
 * Counts a group's members, and says of who is missing in Zendesk why, by reason. Whom the ledger does not have in the
 * group is looked up in the directory: fifty of them, the others are counted as such.
 */
export async function membersOfGroup(
  sources: Pick<PlanSources, 'connection' | 'directory' | 'reader'>,
  entry: GroupEntry,
  record: GroupRecord | undefined,
  held: readonly DecidedChange[],
  signal: AbortSignal,
): Promise<MembersOfGroup> {
  const { reader } = sources
  const groupId = entry.entry.id
  const ids = await reader.membersOf(groupId)
  const [memberships, users] = await Promise.all([
    reader.records<MembershipRecord>(
      'membership',
      ids.map((id) => membershipId(groupId, id)),
    ),
    reader.records<UserRecord>('user', ids),
  ])
  const keys = new Set(held.map(({ key }) => key))
  const reasons = new Map<string, string[]>()
  const note = (why: string, who: string) => reasons.set(why, [...(reasons.get(why) ?? []), who])
  const hasGroup = record?.zendeskId != null
  const recorded = new Set<string>()
  for (const [i, userId] of ids.entries()) {
    const [user, membership] = [users[i], memberships[i]]
    if (user) for (const key of keysOf(user.dn)) recorded.add(key)
    if (unownedZendeskId(userId) !== undefined || membership?.desired?.presence === 'deleted') continue
    const why = whyMissing({ groupId, userId, user, hasGroup, membership, held: keys })
    if (why !== null) note(why, user?.label || userId)
  }
  const unknown = [...entry.members].filter((key) => !recorded.has(key))
  for (const key of unknown.slice(0, LOOKED_AT)) {
    const id = await idOf(sources, key, signal)
    const [user] = id === undefined ? [] : await reader.records<UserRecord>('user', [id])
    const place = { groupId, userId: id ?? '', user, hasGroup, membership: undefined, held: keys }
    note(
      id === undefined ? 'nobody has this DN, or the bind DN may not read them' : whyMissing(place)!,
      user?.label || key,
    )
  }
  const others = unknown.length - LOOKED_AT
  return {
    inDirectory: entry.members.size,
    inZendesk: memberships.filter((one) => one?.applied?.presence === 'active').length,
    missing: [
      ...[...reasons].map(([why, who]) => ({ why, count: who.length, some: who.slice(0, NAMED) })),
      ...(others > 0 ? [{ why: 'not looked at: name one of them to know', count: others, some: [] }] : []),
    ].sort((a, b) => b.count - a.count),
  }
}

/** What a group names somebody by: a DN, and with `memberUid` the user id, which is most often in the DN. */
function keysOf(dn: string): string[] {
  const key = normaliseDn(dn)
  const uid = /^uid=([^,+]*)/.exec(key)?.[1]
  return uid === undefined ? [key] : [key, `uid:${uid}`]
}

async function idOf(
  { connection, directory }: Pick<PlanSources, 'connection' | 'directory'>,
  key: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (key.startsWith('uid:')) {
    const found = await entriesKnownAs(directory, connection, key.slice('uid:'.length), 'whole', signal)
    return found[0]?.id
  }
  // members of groups are full of junk that is no DN
  if (parseDn(key) === undefined) return undefined
  const there = await directory.read(key, [], signal)
  return there.status === 'found' ? there.entry.id : undefined
}
