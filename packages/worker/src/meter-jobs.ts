import type { Metrics } from '@provisioner/shared/metrics/metrics.ts'
import type { OnOutcome } from './outcome.ts'

/** Counts what became of jobs in this process. What waits for its turn costs nothing, and is not counted. */
export function meterJobs(metrics: Metrics): OnOutcome {
  const jobs = metrics.counter(
    'provisioner_jobs_total',
    'What became of jobs: applied, already_applied, superseded, rejected (Zendesk refused), retry (tried again)',
    ['connection', 'queue', 'outcome'],
  )
  return ({ connection, queue }, { status }) => {
    if (status !== 'later') jobs.inc({ connection, queue, outcome: status.replace(' ', '_') })
  }
}
