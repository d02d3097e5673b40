import type { Redis } from 'ioredis'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { FoundGroup } from '../plan/plan-group.ts'

/** Zendesk's groups by lower-case name, with who owns each. Names are not unique in Zendesk. */
export async function findGroups(
  zendesk: Pick<ZendeskClient, 'groups'>,
  redis: Redis,
  account: string,
  signal: AbortSignal,
): Promise<Map<string, FoundGroup[]>> {
  const groups = await zendesk.groups.list({ signal })
  const owners =
    groups.length > 0
      ? await redis.hmget(accountKeys(account).owners('group'), ...groups.map((group) => String(group.id)))
      : []
  return Map.groupBy(
    groups.map((group, i) => ({ zendeskId: group.id, name: group.name, owner: owners[i] ?? null })),
    (group) => group.name.toLowerCase(),
  )
}
