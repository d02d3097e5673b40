import { Queue } from 'bullmq'
import { jobId, type EntityRef } from '@provisioner/shared/entity.ts'
import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import type { ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import { changeQueueName, QUEUE_OF, queueOptions, type Operation } from '@provisioner/shared/queues.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { isUnreadableJob } from '@provisioner/shared/unreadable-job.ts'

/** BullMQ keeps the time of a delayed job in the upper bits of its score: the lower twelve keep the order. */
const SCORE_PER_MS = 0x1000

/** How the job of a released change fares. */
export interface JobOf {
  readonly id: string
  /** BullMQ's word; `missing` where there is none, which the next cycle mends, and `unreadable`. */
  readonly state: string
  /** How often it was tried, and failed. */
  readonly attempts: number
  /** Why it failed last, or what it waits for. */
  readonly reason: string | null
  /** When it is tried next, ms since the epoch, as far as that is set. */
  readonly nextAt: number | null
}

/** Looks at the job of one revision. Writes nothing: a queue that is opened otherwise notes its version. */
export async function jobOf(
  redis: RedisClient,
  { account, connection }: ConnectionName,
  { ref, revision, operation }: { ref: EntityRef; revision: number; operation: Operation },
): Promise<JobOf> {
  const name = changeQueueName(connection, QUEUE_OF[operation])
  const queue = new Queue(name, {
    connection: redis,
    ...queueOptions(account),
    skipMetasUpdate: true,
    skipVersionCheck: true,
  })
  queue.on('error', () => {}) // what fails is thrown where it is asked for
  const id = jobId(ref, revision)
  const none = { id, attempts: 0, reason: null, nextAt: null }
  try {
    const job = await queue.getJob(id)
    if (job === undefined) return { ...none, state: 'missing' }
    const [state, score] = await Promise.all([queue.getJobState(id), redis.zscore(queue.toKey('delayed'), id)])
    const { waiting } = (typeof job.progress === 'object' ? job.progress : {}) as { waiting?: unknown }
    const failed = job.failedReason ? withoutSecrets(job.failedReason) : null
    return {
      id,
      state,
      attempts: job.attemptsMade,
      reason: failed ?? (typeof waiting === 'string' ? withoutSecrets(waiting) : null),
      nextAt: score === null ? null : Math.floor(Number(score) / SCORE_PER_MS),
    }
  } catch (error) {
    if (!isUnreadableJob(error)) throw error
    return { ...none, state: 'unreadable' }
  } finally {
    await queue.close()
  }
}
