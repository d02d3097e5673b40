import type { AppliedMembership, AppliedUser, LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Outcome } from '../outcome.ts'
import { giveBack } from '../entity/give-back.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { Needs } from '../ports.ts'
import { userProtected } from '../remedies/protected-user.ts'

/**
 * The jobs of users whom `accounts.*.protect` names, and of their memberships, given back unwritten. A plan leaves them
 * out; what was released before somebody was protected, or is retried by hand, ends here.
 */
export async function shieldedJobs(
  ports: Needs<'ledger' | 'account' | 'settings' | 'report'>,
  batch: Pick<Batch, 'token'>,
  jobs: readonly OpenJob[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const named = jobs.flatMap((job) => {
    const zendeskId = userOf(job)
    return zendeskId === null ? [] : [{ job, zendeskId }]
  })
  const patterns = await ports.account.protection.ofIds(named.map(({ zendeskId }) => zendeskId))
  for (const { job, zendeskId } of named) {
    const pattern = patterns.get(zendeskId) ?? ports.account.protection.byAddress(addressOf(job.record))
    if (pattern === undefined) continue
    const outcome = userProtected(`'${job.record.label}' (${job.record.operation})`, zendeskId, pattern)
    outcomes.set(job.jobId, await giveBack(ports, job, batch.token, outcome, 'none'))
  }
  return outcomes
}

function userOf({ ref, record, sides }: OpenJob): number | null {
  if (ref.kind === 'user') return record.zendeskId
  if (ref.kind !== 'membership') return null
  return (record.applied as AppliedMembership | null)?.userZendeskId ?? sides.user
}

function addressOf({ kind, applied }: LedgerRecord): string | null {
  const email = kind === 'user' ? (applied as AppliedUser | null)?.attributes['email'] : null
  return typeof email === 'string' ? email : null
}
