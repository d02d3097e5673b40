import { z } from 'zod'
import { readPages } from './pages.ts'
import { JobResult } from './read-result.ts'
import type { CallOptions, Sender } from './transport.ts'

export { readResult } from './read-result.ts'

/** Results come as nothing, as a list, or as one object. */
const Results = z
  .union([z.array(JobResult), JobResult.transform((one) => [one])])
  .nullish()
  .transform((results) => results ?? null)
  // others' job statuses are in the same list, and their results may have any shape
  .catch(null)

/** Zendesk's own asynchronous task. `completed` does not mean that every item was. */
export const JobStatus = z.looseObject({
  id: z.string(),
  job_type: z.string().nullish(),
  /** queued, working, completed, failed; killed in older accounts. */
  status: z.string(),
  total: z.number().nullish(),
  progress: z.number().nullish(),
  message: z.string().nullish(),
  results: Results,
})
export type JobStatus = z.infer<typeof JobStatus>

export const JobStatusAnswer = z.object({ job_status: JobStatus })

/** Whether it will change no more. */
export function hasEnded(status: JobStatus): boolean {
  return status.status !== 'queued' && status.status !== 'working'
}

const JobStatuses = z.object({ job_statuses: z.array(JobStatus) })

const JOB_STATUSES = '/api/v2/job_statuses'

export type JobStatusesApi = ReturnType<typeof jobStatusesApi>

export function jobStatusesApi(transport: Sender) {
  return {
    /** 100 at most; Zendesk forgets a job status after a day at the latest, and then leaves it out. */
    async showMany(ids: readonly string[], options?: CallOptions): Promise<JobStatus[]> {
      if (ids.length === 0) return []
      const query = { ids: ids.join(',') }
      return (
        await transport.send({ method: 'GET', path: `${JOB_STATUSES}/show_many`, query, answer: JobStatuses }, options)
      ).job_statuses
    },

    /** The account's latest, whoever started them. */
    async list(options?: CallOptions): Promise<JobStatus[]> {
      const all: JobStatus[] = []
      for await (const page of readPages(
        transport,
        { path: JOB_STATUSES, key: 'job_statuses', item: JobStatus },
        options,
      ))
        all.push(...page)
      return all
    },
  }
}
