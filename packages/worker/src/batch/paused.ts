import { describePause } from '@provisioner/shared/ledger/pauses.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import { takesAway } from '../entity/takes-away.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'

/** Gives back what an admin has paused. Returns the outcomes by job id. */
export async function pausedJobs(
  { ledger, account, settings }: Needs<'ledger' | 'account' | 'settings'>,
  batch: Batch,
  jobs: readonly OpenJob[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const job of jobs) {
    const pause = await account.pauses.of(settings.connection, { takesAway: takesAway(job) })
    if (!pause) continue
    await ledger.giveBack([job.ref], batch.token)
    const why = `Not sent: ${describePause(pause)}`
    outcomes.set(job.jobId, { status: 'later', why, ms: WAITS.pausedMs })
  }
  return outcomes
}
