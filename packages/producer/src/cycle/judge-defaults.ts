import { withValue } from '@provisioner/shared/changed-attributes.ts'
import { membershipId } from '@provisioner/shared/entity.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { AppliedUser, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { DEFAULT_GROUP } from '@provisioner/shared/team-only.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { UserAudit } from './audit-users.ts'
import type { Answers } from './questions.ts'

/** What becomes of users whose default groups were looked at. */
export interface JudgedDefaults {
  /** Who have theirs, by directory id: nobody has to look again. */
  readonly seen: readonly string[]
  /** The audit, with whoever is in theirs and does not have it as the default one. */
  readonly userAudit: UserAudit
  readonly problems: readonly Problem[]
}

/**
 * Reads who is in groups, 100 per request. Nobody is in one that Zendesk does not have.
 *
 * @throws Zendesk's other errors
 */
export async function membersOfEach(
  { memberships }: Pick<ZendeskClient, 'memberships'>,
  groups: Iterable<number>,
  signal: AbortSignal,
): Promise<Map<number, GroupMembership[]>> {
  const members = new Map<number, GroupMembership[]>()
  for (const group of groups) members.set(group, await memberships.ofGroup(group, { signal }).catch(nobodyIfMissing))
  return members
}

function nobodyIfMissing(error: unknown): GroupMembership[] {
  if (error instanceof ZendeskError && error.problem.kind === 'not found') return []
  throw error
}

/**
 * What Zendesk shows of default groups that users wait for.
 *
 *   the user is                              | then
 *   -----------------------------------------|---------------------------------------------------------
 *   in the group, and it is the default one  | it is seen
 *   in the group                             | it is set, as if Zendesk had another one than was written
 *   not, but the directory puts them into it | the worker sets it, with the membership
 *   not                                      | told; the next cycle looks again
 *   written to since                         | nothing as yet
 */
export async function judgeDefaults(
  {
    reader,
    redis,
    awaiting,
    touched,
  }: {
    readonly reader: LedgerReader
    readonly redis: RedisClient
    readonly awaiting: ReadonlyMap<string, number>
    readonly touched: ReadonlySet<string>
  },
  { defaultGroups }: Pick<Answers, 'defaultGroups'>,
  audit: UserAudit,
): Promise<JudgedDefaults> {
  const asked = [...awaiting].filter(
    ([id, group]) => defaultGroups.has(group) && !touched.has(formatEntityMember({ kind: 'user', id })),
  )
  const records = await reader.records<UserRecord>(
    'user',
    asked.map(([id]) => id),
  )
  const members = new Map([...defaultGroups].map(([group, all]) => [group, new Map(all.map((m) => [m.user_id, m]))]))
  const seen: string[] = []
  const differing = new Map<string, UserRecord>()
  const absent: UserRecord[] = []
  for (const [i, [id, group]] of asked.entries()) {
    const record = records[i]
    if (!record?.applied || record.revision > record.appliedRevision) continue
    const place = members.get(group)!.get(record.zendeskId!)
    if (place?.default) seen.push(id)
    else if (place) differing.set(id, { ...record, applied: withoutDefault(record.applied) })
    else absent.push(record)
  }
  const expected = await expectedIn({ reader, redis }, absent, awaiting)
  const told = absent.filter(({ id }) => !expected.has(id))
  const userAudit = { ...audit, differing: new Map([...differing, ...audit.differing]) }
  return { seen, userAudit, problems: told.map((record) => notInDefaultGroup(record, awaiting.get(record.id)!)) }
}

function withoutDefault(applied: AppliedUser): AppliedUser {
  return { ...applied, attributes: withValue(applied.attributes, DEFAULT_GROUP, undefined) }
}

/** Ids of the users whom the directory puts into the group that they wait for. */
async function expectedIn(
  { reader, redis }: { readonly reader: LedgerReader; readonly redis: RedisClient },
  users: readonly UserRecord[],
  awaiting: ReadonlyMap<string, number>,
): Promise<Set<string>> {
  const groups = users.map(({ id }) => awaiting.get(id)!)
  const owners = await readOwners(redis, { account: reader.account, kind: 'group' }, groups)
  const pairs = users.flatMap(({ id }, i) => {
    const groupId = idWithin(reader.connection, owners[i] ?? null)
    return groupId === undefined ? [] : [{ id, membership: membershipId(groupId, id) }]
  })
  const records = await reader.records<MembershipRecord>(
    'membership',
    pairs.map(({ membership }) => membership),
  )
  return new Set(pairs.flatMap(({ id }, i) => (records[i]?.desired?.presence === 'active' ? [id] : [])))
}

function notInDefaultGroup({ id, dn, label }: UserRecord, group: number): Problem {
  return {
    code: 'NOT_IN_DEFAULT_GROUP',
    subject: 'user',
    id,
    dn,
    attribute: 'default_group',
    what: `Zendesk group ${group} is to be the default group of '${label}', who is not in it`,
    todo:
      'Put them into the group, in the directory or in Zendesk: it is their default one from then on. ' +
      'Or correct the value or its mapping',
  }
}
