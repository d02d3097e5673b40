import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import { WITH_ALL_ATTEMPTS } from '@provisioner/shared/retry-policy.ts'
import { Job, type JobType, type Queue } from 'bullmq'

/** States that no job of ours is ever in: flows and priorities are not used. */
const UNUSED: ReadonlySet<string> = new Set(['waiting-children', 'prioritized'])

/**
 * A queue as Bull Board sees it, with three differences. A retried job starts with all its attempts: left to itself,
 * Bull Board gives a spent job a single one. And there is no rate limit to set: the account's budget governs, and
 * workers would stay blocked until BullMQ's own limit ends, even when it is removed. States that no job is ever in are
 * left out. And a job that nobody can read is shown as that, with its id, in place of none of its queue.
 */
export class BoardQueue extends BullMQAdapter {
  readonly #queue: Queue

  constructor(queue: Queue, options: ConstructorParameters<typeof BullMQAdapter>[1]) {
    super(queue, options)
    this.#queue = queue
  }

  override get supportsGlobalRateLimit(): boolean {
    return false
  }

  override getJobStatuses(): ReturnType<BullMQAdapter['getJobStatuses']> {
    return super.getJobStatuses().filter((status) => !UNUSED.has(status))
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id).catch((error: unknown) => unreadableJob(this.#queue, id, error))
    return job && withFreshAttempts(job)
  }

  override async getJobs(...args: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    const jobs = await super.getJobs(...args).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error
      return this.#oneByOne(...args)
    })
    return jobs.map(withFreshAttempts)
  }

  async #oneByOne(...[statuses, start, end]: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    const ids = await this.#queue.getRanges(statuses as JobType[], start, end)
    const jobs = await Promise.all(ids.map((id) => this.getJob(id)))
    return jobs.filter((job) => job !== undefined)
  }
}

/** Whether a job's hash is at fault: JSON that is none, or of another shape, or no hash at all. */
function isUnreadable(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError || isWrongType(error)
}

/** A job that can be removed, and says why it can't be read. Any other error is thrown. */
function unreadableJob(queue: Queue, id: string, error: unknown): Job {
  if (!isUnreadable(error)) throw error
  return new Job(queue, 'unreadable', { what: id, why: (error as Error).message }, {}, id)
}

function withFreshAttempts(job: Job): Job {
  const retry = job.retry.bind(job)
  job.retry = (state) => retry(state, WITH_ALL_ATTEMPTS)
  return job
}
