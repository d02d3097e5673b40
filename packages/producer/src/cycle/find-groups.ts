import type { Redis } from 'ioredis'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import type { FoundGroup } from '../plan/plan-group.ts'
import type { Owners } from './owners.ts'

/** Zendesk's groups by lower-case name, with who owns each. Names are not unique in Zendesk. */
export async function findGroups(
  groups: readonly Group[],
  redis: Redis,
  { account, owners, now }: { account: string; owners: Owners; now: number },
): Promise<Map<string, FoundGroup[]>> {
  const texts =
    groups.length > 0
      ? await redis.hmget(accountKeys(account).owners('group'), ...groups.map((group) => String(group.id)))
      : []
  const unknown = await owners.unknownAmong(texts.filter((owner) => owner !== null))
  const found: FoundGroup[] = []
  for (const [i, { id, name }] of groups.entries()) {
    const text = texts[i] ?? null
    const owner = text !== null && unknown.has(text) ? null : text
    if (owner !== null && (await owners.isAbandoned(owner, now))) {
      const bar = owner.indexOf('|')
      const from = { connection: owner.slice(0, bar), id: owner.slice(bar + 1) }
      const [record] = await new LedgerReader(redis, from.connection).records('group', [from.id])
      found.push({ zendeskId: id, name, owner: null, from: { ...from, origin: record?.origin ?? 'adopted' } })
    } else found.push({ zendeskId: id, name, owner })
  }
  return Map.groupBy(found, (group) => group.name.toLowerCase())
}
