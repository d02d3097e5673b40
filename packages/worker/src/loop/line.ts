import { createRedisBackend, MetricsTime, Queue, Worker, type Job } from 'bullmq'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { isRemovalQueue, changeQueueName, queuePrefix, type ChangeQueue } from '@provisioner/shared/queues.ts'
import { backoffMs } from './backoff.ts'

/** How long a pulled job may go without renewal before another worker gets it, ms. */
export const LOCK_MS = 30_000

/**
 * How often jobs without a lock are given back to their queue, ms, by one of the workers. A job whose worker died waits
 * for the end of its lock, and for this.
 */
const STALLED_CHECK_MS = LOCK_MS / 3

/**
 * A job that this worker has pulled and not settled: its id says what it is about. A token of each pull's own keeps a
 * worker that lost the job from settling it.
 */
export interface PulledJob {
  readonly id: string
  readonly token: string
  /** As BullMQ handed it out. */
  readonly job: Job
  /** Whether its lock is another's by now: it is not settled by this worker. */
  lost: boolean
}

/** One queue of changes as a worker sees it. */
export interface Line extends AsyncDisposable {
  readonly connection: string
  readonly queue: ChangeQueue
  readonly removal: boolean
  /** Hands jobs out, and takes what became of them. */
  readonly worker: Worker
  /** The same queue, for counting what waits in it. */
  readonly jobs: Queue
  readonly pulled: Map<string, PulledJob>
  /** Jobs that are being pulled at the moment. */
  pulling: number
  /** Jobs that could be pulled at the last look. */
  ready: number
  /** Jobs that some worker had pulled at the last look. */
  active: number
  /** Since when jobs have been ready, ms; 0 while none is. */
  readySince: number
  /** Not looked at before this time, ms: the last pull came back empty. */
  emptyUntil: number
  /** When it was told that a key of it is of the wrong type, ms. */
  toldAt: number
}

/**
 * Opens a queue for pulling by hand: locks and the stalled check are ours in this mode, see `look-after-locks.ts`. It
 * has no connection of its own to wait on, which `JobWaiter` does for all queues. BullMQ counts what the worker
 * completes and fails, minute by minute for a week, and Bull Board draws it.
 *
 * @param name this worker's, as jobs name who processes them
 */
export async function openLine({
  account,
  connection,
  queue,
  redis,
  name,
  onError,
}: {
  account: string
  connection: string
  queue: ChangeQueue
  redis: RedisClient
  name: string
  onError: (error: Error) => void
}): Promise<Line> {
  const queueName = changeQueueName(connection, queue)
  const worker = new Worker(
    queueName,
    null,
    {
      connection: redis,
      prefix: queuePrefix(account),
      name,
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      // A stalled job was pulled by a worker that died. It must never fail for that.
      maxStalledCount: 1_000_000_000,
      metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
      settings: { backoffStrategy: (attempts, _type, error) => backoffMs(attempts, error) },
    },
    (queueOfBackend, options) => createRedisBackend(queueOfBackend, options),
  )
  const jobs = new Queue(queueName, { connection: redis, prefix: queuePrefix(account), skipMetasUpdate: true })
  worker.on('error', onError)
  jobs.on('error', onError)
  return {
    connection,
    queue,
    removal: isRemovalQueue(queue),
    worker,
    jobs,
    pulled: new Map(),
    pulling: 0,
    ready: 0,
    active: 0,
    readySince: 0,
    emptyUntil: 0,
    toldAt: 0,
    // by force: BullMQ knows nothing of jobs that are pulled by hand, and waits for none of them
    [Symbol.asyncDispose]: async () => void (await Promise.all([worker.close(true), jobs.close()])),
  }
}
