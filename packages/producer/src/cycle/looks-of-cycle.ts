import { membershipId, unownedUser } from '@provisioner/shared/entity.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { parseLook, readLooks, type AskedLooks, type ToldMembership } from '@provisioner/shared/ledger/looks.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'

/** Users whose memberships are read in one cycle: each is a request. */
const MOST_MEMBERS = 200

/** How long something is asked for that can't be looked at yet, since a write of it waits, ms: an outage may last. */
const KEPT_MS = 24 * 60 * 60_000

/** What a cycle looks at in Zendesk because something was told of it. */
export interface Looks {
  /** Directory ids of users. */
  readonly users: ReadonlySet<string>
  /** Users whose memberships are looked at: Zendesk id → what memberships call them. */
  readonly members: ReadonlyMap<number, string>
  /** What was asked for, as far as this cycle looks at it. */
  readonly asked: AskedLooks
}

export const NO_LOOKS: Looks = { users: new Set(), members: new Map(), asked: new Map() }

/**
 * What the next look at Zendesk is to see. A membership that came or went as the ledger has it, which most do because
 * we wrote it, is not looked at.
 */
export async function looksOfCycle(redis: RedisClient, reader: LedgerReader): Promise<Looks> {
  const asked = new Map<string, number>()
  const users = new Set<string>()
  const members = new Map<number, string>()
  for (const [member, at] of await readLooks(redis, reader)) {
    const look = parseLook(member)
    if (look && 'userId' in look) users.add(look.userId)
    else if (look && !members.has(look.user)) {
      const name = await nameUnlessKnown(look, redis, reader)
      if (name !== undefined && members.size >= MOST_MEMBERS) continue
      if (name !== undefined) members.set(look.user, name)
    }
    asked.set(member, at)
  }
  return { users, members, asked }
}

/**
 * Of what was asked for, what has been looked at.
 * @param waiting directory ids of users who could not be looked at, for something of them waits to be written
 */
export function lookedAt({ asked }: Looks, waiting: ReadonlySet<string>, now: number): AskedLooks {
  const isKept = (member: string, at: number) => {
    const look = parseLook(member)
    return look && 'userId' in look && waiting.has(look.userId) && now - at < KEPT_MS
  }
  return new Map([...asked].filter(([member, at]) => !isKept(member, at)))
}

/** What memberships call the user; undefined when what was told of is in order, or of no group of this connection. */
async function nameUnlessKnown(
  { user, group, isThere }: ToldMembership,
  redis: RedisClient,
  reader: LedgerReader,
): Promise<string | undefined> {
  const [owner] = await readOwners(redis, { account: reader.account, kind: 'user' }, [user])
  const name = idWithin(reader.connection, owner ?? null) ?? unownedUser(user)
  if (group === undefined) return name
  const [ofGroup] = await readOwners(redis, { account: reader.account, kind: 'group' }, [group])
  const groupId = idWithin(reader.connection, ofGroup ?? null)
  if (groupId === undefined) return undefined
  const [record] = await reader.records<MembershipRecord>('membership', [membershipId(groupId, name)])
  return (record?.applied?.presence === 'active') === isThere ? undefined : name
}
