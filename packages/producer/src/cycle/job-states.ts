import type { Queue } from 'bullmq'
import { isUnreadableJob } from '@provisioner/shared/unreadable-job.ts'

/**
 * What BullMQ has of a job:
 *
 *   missing     nothing
 *   unreadable  something of which it makes no job
 *   lost        a job that is on none of its lists: nobody will ever take it
 *   under way   one that waits, is delayed or is being worked at
 */
export type JobState = 'missing' | 'unreadable' | 'lost' | 'completed' | 'failed' | 'under way'

/** A job by its queue and its id. */
export interface QueuedJob {
  readonly queue: Queue
  readonly id: string
}

/** A queue in which more jobs wait is deep: a look at each of them, in each cycle, would take longer than the cycle. */
const DEEP = 5_000

/**
 * The states of jobs, many at once. Which jobs wait in a queue is read once, when it is first asked for. Those that
 * wait in a deep queue are taken to be under way: whoever takes such a job looks at it.
 */
export class JobStates {
  readonly #looksAtAll: boolean
  readonly #listed = new Map<Queue, Promise<ReadonlySet<string>>>()

  /** @param options `looksAtAll`: at those in deep queues as well */
  constructor({ looksAtAll }: { readonly looksAtAll: boolean }) {
    this.#looksAtAll = looksAtAll
  }

  /** All asked for at once, so that a chunk costs about three round trips, and one where none of the jobs is there. */
  async of(jobs: readonly QueuedJob[]): Promise<JobState[]> {
    return Promise.all(jobs.map((job) => this.#of(job)))
  }

  /** Not by `getJobState` alone, which searches for a job that waits in the whole of its queue. */
  async #of({ queue, id }: QueuedJob): Promise<JobState> {
    const listed = await this.#waiting(queue)
    if (!this.#looksAtAll && listed.size > DEEP && listed.has(id)) return 'under way'
    const backend = queue.getBackend()
    const isThere = await queue.getJob(id).then((job) => job !== undefined, unreadable)
    if (isThere === 'unreadable') return (await backend.isJobInState('active', id)) ? 'under way' : 'unreadable'
    if (!isThere) return 'missing'
    const [completed, failed, delayed, prioritized] = await Promise.all([
      backend.isJobInState('completed', id),
      backend.isJobInState('failed', id),
      backend.isJobInState('delayed', id),
      backend.isJobInState('prioritized', id),
    ])
    if (completed) return 'completed'
    if (failed) return 'failed'
    if (delayed || prioritized || listed.has(id)) return 'under way'
    // it may have moved since they were read
    return (await queue.getJobState(id)) === 'unknown' ? 'lost' : 'under way'
  }

  #waiting(queue: Queue): Promise<ReadonlySet<string>> {
    const known = this.#listed.get(queue) ?? queue.getRanges(['waiting', 'active'], 0, -1).then((ids) => new Set(ids))
    this.#listed.set(queue, known)
    return known
  }
}

function unreadable(error: unknown): 'unreadable' {
  if (isUnreadableJob(error)) return 'unreadable'
  throw error
}
