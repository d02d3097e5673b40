import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'

/**
 * Sends those of the jobs that somebody follows (`provisioner sync --user`), each by itself and before the others: what
 * is asked of Zendesk meanwhile is theirs. Returns their outcomes by job id.
 */
export async function sendFollowed(
  { report }: Needs<'report'>,
  batch: Batch,
  jobs: readonly OpenJob[],
  send: (own: Batch, job: OpenJob) => Promise<ReadonlyMap<string, Outcome>>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const job of await report.traces.of(jobs)) {
    // neither the job status of the others, nor their turn
    const { endTurn: _theirs, ...own } = { ...batch, jobSlot: null }
    const lost: Outcome = { status: 'retry', why: 'The batch had no outcome for it' }
    const outcome = await report.traces.run(job, async () => (await send(own, job)).get(job.jobId) ?? lost)
    outcomes.set(job.jobId, outcome)
  }
  return outcomes
}
