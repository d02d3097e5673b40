import { keysOf } from '../../account-node.ts'
import type { RedisClient } from '../../redis-client.ts'
import { accountKeys } from '../keys.ts'

/**
 * Removes all that Redis has of an account, its jobs as well, but for what is on its way into the history, and for
 * pauses: who paused has not said that anything may go out. The next cycle finds everything again in Zendesk, by
 * external id, email and name. Returns how many keys there were.
 *
 * @param show is told how many are removed so far
 */
export async function emptyLedger(
  redis: RedisClient,
  account: string,
  show: (removed: number) => void = () => {},
): Promise<number> {
  let removed = 0
  const { layout, history, historyLost, pauses } = accountKeys(account)
  const kept: readonly string[] = [layout, history, historyLost, pauses]
  for await (const keys of keysOf(redis, account)) {
    const others = keys.filter((key) => !kept.includes(key))
    if (others.length > 0) removed += await redis.unlink(...others)
    show(removed)
  }
  // last of all: broken off in between, it is still known to be a ledger
  await redis.del(layout)
  return removed
}
