import { accountKeys } from '../ledger/keys.ts'
import { runScript } from '../ledger/script.ts'
import type { RedisClient } from '../redis-client.ts'
import { memoryOf } from '../redis-facts.ts'
import { DROP_HALF } from './lua/append-event.ts'

/** From this share of maxmemory on, events make room: before Redis is full, and everything stops. */
const SHARE = 0.95

/** So many stay in any case, some 10 MB: what fills Redis then is something else. */
const KEPT = 10_000

/**
 * Drops the oldest half of an account's events that nobody has taken into the history, where Redis is nearly full: a
 * history that is away stops nobody's work. Returns how many were dropped.
 *
 * @param info an answer to INFO memory
 */
export async function makeRoom(redis: RedisClient, account: string, info: string): Promise<number> {
  const { used, limit } = memoryOf(info)
  if (limit === 0 || used < SHARE * limit) return 0
  return Number(await runScript(redis, DROP_HALF, [accountKeys(account).history], [String(KEPT)]))
}
