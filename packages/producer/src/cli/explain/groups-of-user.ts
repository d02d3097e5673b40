import { membershipId } from '@provisioner/shared/entity.ts'
import { connectionKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import type { GroupRecord, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { memberIndex } from '../../cycle/member-index.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import type { PersonEntry } from './read-entry.ts'
import { whyMissing } from './places.ts'

/** A person's place in a group. */
export interface GroupOfUser {
  readonly id: string
  readonly name: string
  /** Whether the directory has them in it. */
  readonly wanted: boolean
  /** Whether they are in it in Zendesk, as far as the ledger knows. */
  readonly isIn: boolean
  /** Why they are not in it though they are to be, or still are though they are not to be. */
  readonly why: string | null
}

/** The groups that a person is to be in, and those in which the ledger has them. */
export async function groupsOfUser(
  { redis, connection, reader }: Pick<PlanSources, 'redis' | 'connection' | 'reader'>,
  userId: string,
  entry: PersonEntry | undefined,
  held: readonly DecidedChange[],
): Promise<GroupOfUser[]> {
  const wanted = entry && entry.scope.location !== null ? groupsIn(entry) : new Map<string, string>()
  const recorded = await recordedGroups(redis, connectionKeys(connectionName(connection)).groupsOf, userId)
  const ids = [...new Set([...wanted.keys(), ...recorded])]
  const [[user], groups, memberships] = await Promise.all([
    reader.records<UserRecord>('user', [userId]),
    reader.records<GroupRecord>('group', ids),
    reader.records<MembershipRecord>(
      'membership',
      ids.map((id) => membershipId(id, userId)),
    ),
  ])
  const keys = new Set(held.map(({ key }) => key))
  const places = ids.map((id, i) => {
    const [group, membership] = [groups[i], memberships[i]]
    const hasGroup = group?.zendeskId != null
    const missing = whyMissing({ groupId: id, userId, user, hasGroup, membership, held: keys })
    const isWanted = wanted.has(id)
    const isIn = membership?.applied?.presence === 'active'
    const staying = keys.has(`membership|${membershipId(id, userId)}`)
      ? 'the guard holds their removal'
      : 'their removal waits, or the next cycle plans it'
    const why = isWanted ? missing : isIn ? staying : null
    return { id, name: wanted.get(id) ?? group?.label ?? id, wanted: isWanted, isIn, why }
  })
  return places.filter((one) => one.wanted || one.isIn).sort((a, b) => a.name.localeCompare(b.name))
}

/** Ids and names of the managed groups in which the directory has a person. */
function groupsIn({ entry, groups, user }: PersonEntry): Map<string, string> {
  const index = memberIndex(groups)
  index.note(user)
  const isIn = groups.managed.filter(({ id }) => index.members.get(id)?.has(entry.id))
  return new Map(isIn.map(({ id, name }) => [id, name]))
}

async function recordedGroups(redis: PlanSources['redis'], key: string, userId: string): Promise<string[]> {
  const text = await redis.hget(key, userId).catch(unlessWrongType)
  try {
    const ids: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(ids) ? ids.map(String) : []
  } catch {
    return []
  }
}

/** What is of the wrong type, a cycle mends. */
function unlessWrongType(error: unknown): null {
  if (!isWrongType(error)) throw error
  return null
}
