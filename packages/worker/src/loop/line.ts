import { Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { isRemovalQueue, changeQueueName, type ChangeQueue } from '@provisioner/shared/queues.ts'
import type { MovedQueue } from '../moves/moves.ts'
import { backoffMs } from './backoff.ts'

/** How long a pulled job may go without renewal before another worker gets it, ms. */
export const LOCK_MS = 30_000

/**
 * A job that this worker has pulled and not settled: its id says what it is about. A token of each pull's own keeps an
 * old holder from settling it (trap 13).
 */
export interface HeldJob {
  readonly id: string
  readonly token: string
  lost: boolean
}

/** One queue of changes as a worker sees it. */
export interface Line extends MovedQueue {
  readonly connection: string
  readonly queue: ChangeQueue
  readonly removal: boolean
  readonly worker: Worker
  /** This worker's, as jobs name who processes them. */
  readonly name: string
  readonly held: Map<string, HeldJob>
  /** Jobs that are being pulled at the moment. */
  pulling: number
  /** Jobs that could be pulled at the last look. */
  ready: number
  /** Since when jobs have been ready, ms; 0 while none is. */
  readySince: number
  /** Not looked at before this time, ms: the last pull came back empty. */
  emptyUntil: number
}

/** Opens a queue for pulling by hand: locks and the stalled check are ours in this mode (trap 2). */
export async function openLine({
  connection,
  queue,
  redis,
  name,
  onError,
}: {
  connection: string
  queue: ChangeQueue
  redis: Redis
  name: string
  onError: (error: Error) => void
}): Promise<Line> {
  const worker = new Worker(changeQueueName(connection, queue), null, {
    connection: redis,
    name,
    autorun: false,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 3,
    // A stalled job was pulled by a worker that died. It must never fail for that.
    maxStalledCount: 1_000_000_000,
    settings: { backoffStrategy: (attempts, _type, error) => backoffMs(attempts, error) },
  })
  worker.on('error', onError)
  await worker.startStalledCheckTimer()
  return {
    connection,
    queue,
    removal: isRemovalQueue(queue),
    worker,
    name,
    redis,
    prefix: worker.toKey(''),
    held: new Map(),
    pulling: 0,
    ready: 0,
    readySince: 0,
    emptyUntil: 0,
  }
}
