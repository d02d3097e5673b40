import { Queue, type ConnectionOptions, type JobsOptions } from 'bullmq'
import { jobId, type EntityRef } from './entity.ts'
import { CHANGE_QUEUES, QUEUE_OF, changeQueueName, queueOptions, type ChangeQueue, type Operation } from './queues.ts'
import type { ConnectionName } from './ledger/keys.ts'
import { RETRY_POLICY } from './retry-policy.ts'

/** A job's data is a summary for people. What to write is read from the ledger when the job runs. */
export interface ChangeJobData {
  /** An email address, a group's name, "jo@acme.com in Support". */
  readonly what: string
  /** Names of the changed attributes, never their values. */
  readonly changed: readonly string[]
}

/** A job to be added for a released revision. */
export interface ChangeJob {
  readonly ref: EntityRef
  readonly revision: number
  readonly operation: Operation
  readonly data: ChangeJobData
}

const DAY = 24 * 60 * 60

/** Options of every job of changes. Finished ones are kept to be looked at: they heal nothing and hinder nothing. */
export const CHANGE_JOB_OPTIONS = {
  attempts: RETRY_POLICY.attempts,
  backoff: { type: 'custom' },
  removeOnComplete: { age: DAY, count: 10_000 },
  removeOnFail: { age: 30 * DAY },
  stackTraceLimit: 1,
} as const satisfies JobsOptions

/** The queues of one connection's changes, for adding and looking at jobs. */
export class ChangeQueues implements AsyncDisposable {
  readonly connection: string
  readonly #queues: ReadonlyMap<ChangeQueue, Queue>

  constructor({ account, connection }: ConnectionName, redis: ConnectionOptions) {
    this.connection = connection
    this.#queues = new Map(
      CHANGE_QUEUES.map((queue) => [
        queue,
        new Queue(changeQueueName(connection, queue), {
          connection: redis,
          ...queueOptions(account),
          defaultJobOptions: CHANGE_JOB_OPTIONS,
        }),
      ]),
    )
    // An error of the connection is reported by the connection itself, once; a queue without a listener would throw.
    for (const queue of this.#queues.values()) queue.on('error', () => {})
  }

  of(operation: Operation): Queue {
    return this.#queues.get(QUEUE_OF[operation])!
  }

  all(): Queue[] {
    return [...this.#queues.values()]
  }

  /**
   * Adds jobs; one that exists already, in whatever state, stays as it is. At most 1,000 in a call keep memory flat.
   */
  async add(jobs: readonly ChangeJob[]): Promise<void> {
    const byQueue = Map.groupBy(jobs, (job) => QUEUE_OF[job.operation])
    for (const [name, some] of byQueue)
      for (let at = 0; at < some.length; at += 1000)
        await this.#queues
          .get(name)!
          .addBulk(
            some
              .slice(at, at + 1000)
              .map((job) => ({ name: job.operation, data: job.data, opts: { jobId: jobId(job.ref, job.revision) } })),
          )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()))
  }
}
