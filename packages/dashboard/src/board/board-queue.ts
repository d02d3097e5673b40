import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import type { Job } from 'bullmq'

/** States that no job of ours is ever in: flows and priorities are not used. */
const UNUSED: ReadonlySet<string> = new Set(['waiting-children', 'prioritized'])

/**
 * A queue as Bull Board sees it, with three differences. A retried job starts with all its attempts: left to itself,
 * Bull Board gives a spent job a single one. And there is no rate limit to set: the account's budget governs, and
 * workers would stay blocked until BullMQ's own limit ends, even when it is removed. States that no job is ever in are left out.
 */
export class BoardQueue extends BullMQAdapter {
  override get supportsGlobalRateLimit(): boolean {
    return false
  }

  override getJobStatuses(): ReturnType<BullMQAdapter['getJobStatuses']> {
    return super.getJobStatuses().filter((status) => !UNUSED.has(status))
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id)
    return job && withFreshAttempts(job)
  }

  override async getJobs(...args: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    return (await super.getJobs(...args)).map(withFreshAttempts)
  }
}

function withFreshAttempts(job: Job): Job {
  const retry = job.retry.bind(job)
  job.retry = (state) => retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true })
  return job
}
