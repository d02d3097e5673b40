import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { cycleQueueName, queueOptions, type CycleJobName } from '@provisioner/shared/queues.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'

/** How often it is looked whether the cycle has ended, ms. */
const LOOK_MS = 250

/** How a cycle ended that was asked for. */
export type CycleEnd<T> =
  /** With what it says of itself. */
  | { readonly status: 'ended'; readonly value: T }
  | { readonly status: 'failed'; readonly why: string }
  /** It has not ended in time, and goes on. */
  | { readonly status: 'late' }

/** Asks the producers for a cycle and waits for its end, until the deadline, ms since the epoch. */
export async function awaitCycle<T>(
  redis: RedisClient,
  { id, account }: { readonly id: string; readonly account: string },
  name: CycleJobName,
  deadline: number,
  data: object = {},
): Promise<CycleEnd<T>> {
  const queue = new Queue(cycleQueueName(id), { connection: redis, ...queueOptions(account) })
  queue.on('error', () => {}) // what fails is thrown where it is asked for
  try {
    const { id: jobId } = await queue.add(name, data, {
      removeOnComplete: { count: 200 },
      removeOnFail: { count: 200 },
    })
    while (Date.now() < deadline) {
      const job = await queue.getJob(jobId!)
      // a queue that was emptied by hand
      if (!job) return { status: 'failed', why: 'somebody took it out of its queue' }
      if (job.finishedOn !== undefined) {
        if (await job.isFailed()) return { status: 'failed', why: job.failedReason || 'it does not say why' }
        return { status: 'ended', value: job.returnvalue as T }
      }
      await sleep(LOOK_MS)
    }
    return { status: 'late' }
  } finally {
    await queue.close()
  }
}
