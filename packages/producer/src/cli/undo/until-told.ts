import { setTimeout as sleep } from 'node:timers/promises'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { timeOf } from '@provisioner/shared/account-node.ts'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'

/** How often it is looked whether the history has taken everything in, ms. */
const LOOK_MS = 200

/** Thrown while the history lacks what has happened: what is undone may have been changed again since. */
export class HistoryBehindError extends ProvisioningError {
  override name = 'HistoryBehindError' as const
  override readonly code = 'HISTORY_BEHIND' as const
}

/**
 * Waits until a producer has taken into the history what has happened until now in an account: usually a second.
 *
 * @throws HistoryBehindError when it has not within `withinMs`
 */
export async function untilTold(redis: RedisClient, account: string, withinMs = 10_000): Promise<void> {
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
      if (since === undefined) return
      if (performance.now() > deadline)
        throw new HistoryBehindError(
          `Nothing is undone: the history has not taken in what happened since ${formatTime(since)}, so that nobody ` +
            "knows what has changed again. 'provisioner status' says why; a producer that runs takes it in",
        )
      await sleep(LOOK_MS)
    }
  } catch (error) {
    // the next cycle mends it
    if (isWrongType(error)) return
    throw error
  }
}
