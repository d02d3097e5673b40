import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import { ownerInAnswer, type OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { NowReady, Written } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Outcome } from '../outcome.ts'
import type { BatchContext, OpenJob } from './context.ts'

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
export async function finish(
  context: BatchContext,
  finished: readonly Finished[],
  by: string,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (finished.length === 0) return outcomes
  const { answers, ready } = await context.ledger.record(
    finished.map((one) => one.written),
    by,
  )
  await addReady(context, ready)
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
  await context.problems.solve(solved)
  return outcomes
}

/** Adds the jobs of memberships whose last side was just linked. */
async function addReady(context: BatchContext, ready: readonly NowReady[]): Promise<void> {
  if (ready.length === 0) return
  const records = await context.reader.records(
    'membership',
    ready.map((one) => one.id),
  )
  await context.queues.add(
    ready.map((one, i) => ({
      ref: { connection: context.connection, kind: 'membership', id: one.id },
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
