import type { Redis } from 'ioredis'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { FoundGroup } from '../plan/plan-group.ts'
import type { Owners } from './owners.ts'

/** Zendesk's groups by lower-case name, with who owns each. Names are not unique in Zendesk. */
export async function findGroups(
  zendesk: Pick<ZendeskClient, 'groups'>,
  redis: Redis,
  { account, owners, now }: { account: string; owners: Owners; now: number },
  signal: AbortSignal,
): Promise<Map<string, FoundGroup[]>> {
  const groups = await zendesk.groups.list({ signal })
  const texts =
    groups.length > 0
      ? await redis.hmget(accountKeys(account).owners('group'), ...groups.map((group) => String(group.id)))
      : []
  const found: FoundGroup[] = []
  for (const [i, { id, name }] of groups.entries()) {
    const owner = texts[i] ?? null
    if (owner !== null && (await owners.isAbandoned(owner, now))) {
      const bar = owner.indexOf('|')
      const from = { connection: owner.slice(0, bar), id: owner.slice(bar + 1) }
      const [record] = await new LedgerReader(redis, from.connection).records('group', [from.id])
      found.push({ zendeskId: id, name, owner: null, from: { ...from, origin: record?.origin ?? 'adopted' } })
    } else found.push({ zendeskId: id, name, owner })
  }
  return Map.groupBy(found, (group) => group.name.toLowerCase())
}
