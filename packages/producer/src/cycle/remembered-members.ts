import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import { appliedRole, isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { waits } from '../plan/plan-removal.ts'
import type { ForeignUser } from './foreign-users.ts'
import type { OtherConnection } from './other-connections.ts'

/**
 * Members whom no connection was found to have now, and one was before: as long as that one leaves the user as they
 * are, for its directory may hide them, its guard hold their removal, or `users.removeAfter` give them time.
 *
 *   the user in the other ledger                 | member
 *   ---------------------------------------------|--------
 *   active, a team member, no removal released   | still
 *   anything else                                | no more
 *
 * @param remembered SID or DN → Zendesk user id
 */
export async function stillMembers(
  remembered: ReadonlyMap<string, number>,
  { redis, account, others }: { redis: RedisClient; account: string; others: readonly OtherConnection[] },
): Promise<Map<string, ForeignUser>> {
  const names = [...remembered]
  const still = new Map<string, ForeignUser>()
  const owners = await readOwners(
    redis,
    { account, kind: 'user' },
    names.map(([, zendeskId]) => zendeskId),
  )
  for (const { connection, reader } of others) {
    const owned = names.flatMap(([name, zendeskId], i) => {
      const id = idWithin(connection.id, owners[i] ?? null)
      return id === undefined ? [] : [{ name, zendeskId, id }]
    })
    const records = await reader.records<UserRecord>(
      'user',
      owned.map(({ id }) => id),
    )
    for (const [i, { name, zendeskId }] of owned.entries())
      if (isAsTheyWere(records[i])) still.set(name, { zendeskId, label: records[i]!.label })
  }
  return still
}

function isAsTheyWere(record: UserRecord | undefined): boolean {
  if (record?.applied?.presence !== 'active' || !isTeamRole(appliedRole(record))) return false
  const isWaiting: boolean = waits(record)
  return !isWaiting || record.desired?.presence === 'active'
}
