import { newBatchId } from '@provisioner/shared/ledger/batch-id.ts'
import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import { bulkRequest } from '../entity/leased-request.ts'
import { LEASE_SLACK_MS, renewalTime } from '../entity/lease-times.ts'
import { isUnchanged, type Batch } from '../entity/open-job.ts'
import { creationOf, outstandingItem, type PreparedWrite } from '../entity/prepared-write.ts'
import type { Outcome } from '../outcome.ts'
import { answerOf } from '../remedies/answer.ts'
import type { WritePorts } from '../write/attempt.ts'
import type { Operation } from '../write/operation.ts'
import { isBulkImportRefusal, isFailure, isRefusedWhole } from './request-errors.ts'
import { settleUntilDone } from './settle-until-done.ts'
import { forgetWith, postpone, remedyAll } from './without-effect.ts'

/**
 * Sends up to 100 writes as one bulk request and waits for its job status.
 *
 * The outstanding write is in Redis before the request goes out. Whoever dies, its entities stay closed until the job
 * status has ended, and another worker settles it (`settle-abandoned.ts`). No user is created twice for three reasons:
 * the entities are closed until then; what no result speaks for is read back, and what is not found is unconfirmed,
 * and looked up before it is sent again (`batch/lost-creation.ts`); and Zendesk refuses to create a user whom it has
 * already: that user is linked. A batch that is refused whole is halved until the bad item is alone.
 */
export async function sendTogether<W extends PreparedWrite>(
  ports: WritePorts,
  batch: Batch,
  operation: Operation<W>,
  writes: readonly W[],
): Promise<Map<string, Outcome>> {
  if (writes.length === 0) return new Map()
  if (performance.now() > batch.renewAt) return sendReopened(ports, batch, operation, writes)
  const slot = batch.jobSlot ?? (await ports.limits.takeJobSlot(batch.removal))
  batch.jobSlot = null
  if (slot === null)
    return postpone(ports, batch.token, writes, 'All of Zendesk’s job statuses are in use', WAITS.jobStatusMs)

  // A name of its own: a halved batch sends twice, and after a crash Redis must not take the second for the first.
  const id = newBatchId(ports.settings.worker)
  let release = true
  await using _lease = await takeLease(ports, id, slot)
  try {
    const outstanding = outstandingWrite(ports, id, operation.call, writes, slot)
    if (!(await recordOutstanding(ports, batch, operation, writes, outstanding)))
      return postpone(ports, batch.token, writes, 'A lease ended before the request could go out', WAITS.jobStatusMs)

    let status: JobStatus
    try {
      status = await operation.together(writes, bulkRequest(ports, batch, id))
    } catch (error) {
      const answer = answerOf(error)
      if (answer.said === 'unclear') {
        release = false
        // A lost answer is nobody's fault; one item may be what makes Zendesk fail, again and again.
        const ending = isFailure(error) ? 'failed' : 'unknown'
        return await settleUntilDone(ports, outstanding, () => ports.bulk.untilNoneRuns().then(() => ending))
      }
      if (operation.call === 'users create' && isBulkImportRefusal(error)) {
        await ports.bulk.bulkImport.refuse()
        const why = 'The account has bulk import switched off; users are created one by one'
        return await forgetWith(ports, id, writes, postpone(ports, id, writes, why, WAITS.atOnceMs))
      }
      if (isRefusedWhole(error) && writes.length > 1) return await halve(ports, batch, operation, writes, { id, slot })
      return await forgetWith(ports, id, writes, remedyAll(ports, id, operation, writes, answer))
    }

    release = false
    return await settleUntilDone(ports, outstanding, async () => {
      await ports.ledger.recordJobStatus(id, status.id)
      return ports.bulk.endingOf(status.id)
    })
  } finally {
    if (release) await ports.limits.releaseJobSlot(slot)
  }
}

/** Takes the lease on a write that is about to be sent: nobody else settles it meanwhile. */
async function takeLease({ bulk, limits }: WritePorts, id: string, slot: string): Promise<AsyncDisposable | undefined> {
  try {
    return await bulk.leases.take(id)
  } catch (error) {
    await limits.releaseJobSlot(slot).catch(() => {})
    throw error
  }
}

function outstandingWrite(
  { settings }: Pick<WritePorts, 'settings'>,
  id: string,
  call: OutstandingWrite['call'],
  writes: readonly PreparedWrite[],
  slot: string,
): OutstandingWrite {
  const { connection, worker } = settings
  return { id, connection, worker, call, at: Date.now(), slot, items: writes.map(outstandingItem) }
}

/**
 * Records the outstanding write, which closes its entities. False, and nothing done, when one of their leases
 * ended.
 */
async function recordOutstanding<W extends PreparedWrite>(
  { ledger, settings }: Pick<WritePorts, 'ledger' | 'settings'>,
  batch: Batch,
  { call, deletes }: Operation<W>,
  writes: readonly W[],
  outstanding: OutstandingWrite,
): Promise<boolean> {
  const refs = writes.map((write) => write.job.ref)
  const leased = await ledger.secure(refs, batch.token, settings.requestTimeoutMs, {
    ...(call === 'users create' ? { creations: writes.map(creationOf) } : { sent: writes.map((write) => write.sent) }),
    deletes,
    outstanding,
  })
  return !leased.includes(false)
}

/** A bad item refuses all the others: whoever is not it must not suffer. */
async function halve<W extends PreparedWrite>(
  ports: WritePorts,
  batch: Batch,
  operation: Operation<W>,
  writes: readonly W[],
  { id, slot }: { id: string; slot: string },
): Promise<Map<string, Outcome>> {
  await ports.limits.releaseJobSlot(slot)
  // In one step: an entity that still names a write nobody knows of would stay closed for ever.
  await ports.ledger.giveBack(
    writes.map((write) => write.job.ref),
    id,
    { noEffect: true, dropOutstanding: true },
  )
  const middle = Math.ceil(writes.length / 2)
  const outcomes = new Map<string, Outcome>()
  for (const half of [writes.slice(0, middle), writes.slice(middle)]) {
    const token = newBatchId(ports.settings.worker)
    for (const [jobId, outcome] of await sendReopened(ports, { ...batch, token, jobSlot: null }, operation, half))
      outcomes.set(jobId, outcome)
  }
  return outcomes
}

/**
 * Opens the entities once more, or anew, and sends what is as it was: looking things up may have taken as long as a
 * lease.
 */
async function sendReopened<W extends PreparedWrite>(
  ports: WritePorts,
  batch: Batch,
  operation: Operation<W>,
  writes: readonly W[],
): Promise<Map<string, Outcome>> {
  const { ledger, settings } = ports
  const renewAt = renewalTime()
  const jobs = writes.map((write) => write.job)
  const verdicts = await ledger.open(jobs, batch.token, settings.requestTimeoutMs + LEASE_SLACK_MS)
  const still = writes.filter((write, i) => isUnchanged(verdicts[i], write.job))
  const moved = writes.filter((write, i) => verdicts[i]?.status === 'open' && !still.includes(write))
  if (moved.length > 0)
    await ledger.giveBack(
      moved.map((write) => write.job.ref),
      batch.token,
    )
  const why = 'It was written anew meanwhile'
  const outcomes = new Map<string, Outcome>(
    writes
      .filter((write) => !still.includes(write))
      .map(({ job }) => [job.jobId, { status: 'later', why, ms: WAITS.anotherWriteMs }]),
  )
  const own: Batch = { ...batch, renewAt }
  try {
    for (const [jobId, outcome] of await sendTogether(ports, own, operation, still)) outcomes.set(jobId, outcome)
  } finally {
    batch.jobSlot = own.jobSlot
  }
  return outcomes
}
