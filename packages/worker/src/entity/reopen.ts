import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { isUnchanged, type Batch, type OpenJob } from './open-job.ts'

/**
 * Takes the lease of one entity once more, or anew, before it is written: what came before may have taken as long as a
 * lease. Undefined when the entity is as it was when its write was prepared; else it is given back, and the job waits.
 */
export async function reopen(
  { ledger, settings }: Needs<'ledger' | 'settings'>,
  batch: Pick<Batch, 'token'>,
  job: OpenJob,
): Promise<Outcome | undefined> {
  const [verdict] = await ledger.open([job], batch.token, settings.requestTimeoutMs * 2)
  if (isUnchanged(verdict, job)) return undefined
  await ledger.giveBack([job.ref], batch.token)
  return { status: 'later', why: 'It was written anew before the request could go out', ms: WAITS.anotherWriteMs }
}
