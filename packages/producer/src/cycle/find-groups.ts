import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { formatOwner } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import type { FoundGroup } from '../plan/plan-group.ts'
import type { Owners } from './owners.ts'

/** Zendesk's groups by lower-case name, with who owns each. Names are not unique in Zendesk. */
export async function findGroups(
  groups: readonly Group[],
  redis: RedisClient,
  { account, owners, now }: { account: string; owners: Owners; now: number },
): Promise<Map<string, FoundGroup[]>> {
  const whose = await readOwners(
    redis,
    { account, kind: 'group' },
    groups.map((group) => group.id),
  )
  const unknown = await owners.unknownAmong(whose.filter((owner) => owner !== null))
  const found: FoundGroup[] = []
  for (const [i, { id, name }] of groups.entries()) {
    const whoever = whose[i] ?? null
    const owner = whoever && unknown.has(formatOwner(whoever)) ? null : whoever
    if (owner && (await owners.isAbandoned(owner, now))) {
      const [record] = await new LedgerReader(redis, { account, connection: owner.connection }).records('group', [
        owner.id,
      ])
      found.push({ zendeskId: id, name, owner: null, from: { ...owner, origin: record?.origin ?? 'adopted' } })
    } else found.push({ zendeskId: id, name, owner })
  }
  return Map.groupBy(found, (group) => group.name.toLowerCase())
}
