import { isLowerRole } from '@provisioner/shared/role-rank.ts'
import { describePause } from '@provisioner/shared/ledger/pauses.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'

/**
 * Whether what is released of an entity takes something away: a suspension or a deletion, whatever its job was once
 * for, and a lower role.
 */
export function takesAway({ ref, record }: Pick<OpenJob, 'ref' | 'record'>): boolean {
  if (record.desired?.presence !== 'active') return true
  if (ref.kind !== 'user') return false
  const { desired, applied } = record as UserRecord
  return isLowerRole(desired?.attributes['role'], applied?.attributes['role'])
}

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
