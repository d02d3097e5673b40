import type { AppliedMembership } from '@provisioner/shared/ledger/record.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { leasedRequest } from '../entity/leased-request.ts'
import type { Batch } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import { finishedOf, type Finished } from '../entity/finished.ts'
import { recordWritten } from '../entity/record-written.ts'
import type { Outcome } from '../outcome.ts'
import { attempt, type WritePorts } from './attempt.ts'
import type { Operation } from './operation.ts'

/**
 * Writes one entity by a request of its own. Returns what is to be recorded, or the outcome of a job whose entity is
 * given back already.
 *
 * @param options of the request; by default its lease is looked at right before it goes out
 */
export async function sendAlone<W extends PreparedWrite>(
  ports: WritePorts,
  batch: Batch,
  operation: Operation<W>,
  write: W,
  options: CallOptions = leasedRequest(ports, batch, write.job.ref, { sent: write.sent, deletes: operation.deletes }),
): Promise<Finished | Outcome> {
  const { job, applied } = write
  const { call, what, deletes } = operation
  const ended = await attempt(
    ports,
    {
      call,
      job,
      by: batch.token,
      // what follows a refusal is no deletion any more
      options: deletes ? leasedRequest(ports, batch, job.ref, { sent: write.sent }) : options,
      ...(call === 'memberships create' && { pair: applied as AppliedMembership }),
    },
    () => operation.alone(write, options),
  )
  if ('outcome' in ended) return ended.outcome
  return finishedOf(write, what, 'sent' in ended ? ended.sent : ended.zendeskId)
}

/** The same, recorded. */
export async function sendAndRecord<W extends PreparedWrite>(
  ports: WritePorts,
  batch: Batch,
  operation: Operation<W>,
  write: W,
): Promise<Outcome> {
  const ended = await sendAlone(ports, batch, operation, write)
  if ('status' in ended) return ended
  return (await recordWritten(ports, [ended], batch.token)).get(write.job.jobId)!
}
