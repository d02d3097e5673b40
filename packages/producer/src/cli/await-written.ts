import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { CHANGE_QUEUES, changeQueueName, queueOptions } from '@provisioner/shared/queues.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { describeProgress } from './describe-progress.ts'

/** How often the queues are looked at, ms. */
const LOOK_MS = 500
/** A change that comes again within this is waited for, ms; what waits for longer needs more than a moment. */
const SOON_MS = 2 * WAITS.limitMs
/** Looks in a row that find nothing under way: what a write lets in comes right after it. */
const QUIET_LOOKS = 2

/**
 * Waits until nothing of a connection is on its way to Zendesk any more, or until the deadline, ms since the epoch.
 * What has failed, is refused, or waits for a seat, say, is not waited for.
 *
 * @param tell how far it has come
 * @param only what is waited for, as `kind|id`; without it all that waits
 * @returns how many changes were written, and how many still wait
 */
export async function awaitWritten(
  redis: RedisClient,
  connection: { readonly id: string; readonly account: string },
  deadline: number,
  tell: (text: string) => void,
  only?: ReadonlySet<string>,
): Promise<{ readonly written: number; readonly left: number }> {
  const reader = new LedgerReader(redis, connectionName(connection))
  const queues = CHANGE_QUEUES.map(
    (name) =>
      new Queue(changeQueueName(connection.id, name), { connection: redis, ...queueOptions(connection.account) }),
  )
  for (const queue of queues) queue.on('error', () => {})
  const startedAt = Date.now()
  const seen = new Set<string>()
  try {
    let left: readonly string[] = []
    for (let quiet = 0; quiet < QUIET_LOOKS && Date.now() < deadline;) {
      const pending = await reader.pending()
      left = only ? pending.filter((one) => only.has(one)) : pending
      for (const one of left) seen.add(one)
      const underWay = await Promise.all(queues.map((queue) => countOf(queue, Date.now() + SOON_MS)))
      const count = underWay.reduce((sum, one) => sum + one, 0)
      quiet = count === 0 || (only && left.length === 0) ? quiet + 1 : 0
      const written = seen.size - left.length
      tell(describeProgress({ written, waiting: left.length, ms: Date.now() - startedAt }))
      if (quiet < QUIET_LOOKS) await sleep(LOOK_MS)
    }
    return { written: seen.size - left.length, left: left.length }
  } finally {
    await Promise.all(queues.map((queue) => queue.close()))
  }
}

/** Jobs that are under way, or come again before the time, ms since the epoch. */
async function countOf(queue: Queue, before: number): Promise<number> {
  const { waiting = 0, prioritized = 0, active = 0 } = await queue.getJobCounts('waiting', 'prioritized', 'active')
  return waiting + prioritized + active + (await queue.getDelayedCount(before))
}
