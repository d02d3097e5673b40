import type { RedisClient } from '../redis-client.ts'
import { accountKeys } from './keys.ts'
import { parseOwner, type OwnerRef } from './owner.ts'

/** Owners per round trip. */
const CHUNK = 500

/**
 * Looks up who has Zendesk objects, of whatever connection of the account, in the order of the ids; null for nobody.
 */
export async function readOwners(
  redis: RedisClient,
  { account, kind }: { readonly account: string; readonly kind: 'user' | 'group' },
  zendeskIds: readonly number[],
): Promise<(OwnerRef | null)[]> {
  const key = accountKeys(account).owners(kind)
  const owners: (OwnerRef | null)[] = []
  for (let at = 0; at < zendeskIds.length; at += CHUNK) {
    const texts = await redis.hmget(key, ...zendeskIds.slice(at, at + CHUNK).map(String))
    for (const text of texts) owners.push(parseOwner(text))
  }
  return owners
}
