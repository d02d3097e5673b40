import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { membershipSides, type EntityRef } from '@provisioner/shared/entity.ts'
import { ownerInAnswer, type OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { NowReady } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import type { OpenJob } from './open-job.ts'

/** A write that ended well, to be recorded. */
export interface Finished {
  readonly job: Pick<OpenJob, 'jobId' | 'ref'>
  readonly written: Written
  /** `created`, `linked`, `updated`, `suspended`, `deleted`…: for the audit line. */
  readonly what: string
}

/**
 * Records writes, adds the jobs of memberships that waited for them, takes back the entities' problems, and gives each
 * job its outcome. A link to an object that another entry owns is refused by the ledger, and the job with it.
 */
export async function recordWritten(
  ports: Needs<'ledger' | 'records' | 'queues' | 'report' | 'settings'>,
  finished: readonly Finished[],
  by: string,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (finished.length === 0) return outcomes
  const { answers, ready } = await ports.ledger.record(
    finished.map((one) => one.written),
    by,
  )
  await addReady(ports, ready)
  const solved: { subject: EntityRef['kind']; id: string }[] = []
  finished.forEach(({ job, written, what }, i) => {
    const answer = answers[i] ?? 'stale'
    const owner = ownerInAnswer(answer)
    if (owner) {
      outcomes.set(job.jobId, owned(written, owner))
      return
    }
    solved.push({ subject: job.ref.kind, id: job.ref.id })
    outcomes.set(
      job.jobId,
      answer === 'stale'
        ? { status: 'superseded', why: 'A newer revision was applied meanwhile' }
        : { status: 'applied', what, zendeskId: written.applied === null ? null : written.zendeskId },
    )
  })
  await ports.report.problems.solve(solved)
  return outcomes
}

/** Adds the jobs of memberships whose last side was just linked. */
async function addReady(
  { records: ledgerRecords, queues, settings }: Needs<'records' | 'queues' | 'settings'>,
  ready: readonly NowReady[],
): Promise<void> {
  if (ready.length === 0) return
  const records = await ledgerRecords.records(
    'membership',
    ready.map((one) => one.id),
  )
  await queues.add(
    ready.map((one, i) => ({
      ref: { connection: settings.connection, kind: 'membership', id: one.id },
      revision: one.revision,
      operation: 'add member',
      data: { what: records[i]?.label ?? membershipSides(one.id).userId, changed: [] },
    })),
  )
}

function owned({ ref, zendeskId }: Written, owner: OwnerRef): Outcome {
  return {
    status: 'rejected',
    code: 'OWNED_BY_ANOTHER_ENTRY',
    why: `Zendesk's ${ref.kind} ${zendeskId} belongs to ${describeOwner(owner)} already`,
    todo: 'Two entries can not share one Zendesk object: change the email or name in the directory',
  }
}
