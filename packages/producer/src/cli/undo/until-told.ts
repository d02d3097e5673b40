import { setTimeout as sleep } from 'node:timers/promises'
import { timeOf } from '@provisioner/shared/account-node.ts'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'

/** How often it is looked whether the history has taken everything in, ms. */
const LOOK_MS = 200

/**
 * Waits until a producer has taken into the history what has happened until now in an account: usually a second.
 * Returns undefined, or what to tell when it has not within `withinMs`: what is missing there can't be undone.
 */
export async function untilTold(redis: RedisClient, account: string, withinMs = 10_000): Promise<string | undefined> {
  const { history } = accountKeys(account)
  const now = await timeOf(redis, account)
  const oldest = async () => {
    const [entry] = await redis.xrange(history, '-', String(now), 'COUNT', 1)
    return entry && Number(entry[0].split('-')[0])
  }
  const deadline = performance.now() + withinMs
  try {
    for (;;) {
      const since = await oldest()
      if (since === undefined) return undefined
      if (performance.now() > deadline)
        return (
          `The history has not taken in what happened since ${formatTime(since)}: of that nothing is undone. ` +
          "'provisioner status' says why; a producer that runs takes it in"
        )
      await sleep(LOOK_MS)
    }
  } catch (error) {
    // the next cycle mends it
    if (isWrongType(error)) return undefined
    throw error
  }
}
