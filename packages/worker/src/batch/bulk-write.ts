import type { EntityRef } from '@provisioner/shared/entity.ts'
import { newBatchId } from '@provisioner/shared/ledger/batch-id.ts'
import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Outcome } from '../outcome.ts'
import { settleOwn } from '../outstanding/settle-own.ts'
import { isUnchanged, type BatchContext, type BatchHold } from './context.ts'
import { giveBack } from './give-back.ts'
import { heldBulkWrite } from './held-write.ts'
import { judgeError } from './judge-error.ts'
import { intentOf, outstandingItem, type PreparedWrite } from './prepared-write.ts'
import { LEASE_SLACK_MS, renewalTime } from './lease.ts'

/** Sends the request itself. */
type Invoke = (writes: readonly PreparedWrite[], options: CallOptions) => Promise<JobStatus>

/** How long a batch that found no free job status waits, ms. */
const NO_SLOT_MS = 2_000

/**
 * Sends up to 100 writes as one bulk request and waits for its job status.
 *
 * The outstanding write is on disk before the request is. Whoever dies, its entities stay closed until the job status
 * has ended, and another worker settles it. A batch that is refused whole is halved until the bad item is alone.
 */
export async function sendBulk(
  context: BatchContext,
  hold: BatchHold,
  call: OutstandingWrite['call'],
  writes: readonly PreparedWrite[],
  invoke: Invoke,
): Promise<Map<string, Outcome>> {
  if (writes.length === 0) return new Map()
  if (performance.now() > hold.renewAt) return sendRenewed(context, hold, call, writes, invoke)
  const slot = hold.jobSlot ?? (await context.takeJobSlot(hold.removal))
  hold.jobSlot = null
  if (slot === null) return later(context, hold, writes, 'All of Zendesk’s job statuses are in use')

  // Of its own: a Redis that lost its last second would take this one for the batch's write before it.
  const id = newBatchId(context.worker)
  const own: BatchHold = { ...hold, token: id }
  let release = true
  context.bulkWrites.add(id)
  try {
    const refs = writes.map((write) => write.job.ref)
    const outstanding: OutstandingWrite = {
      id,
      connection: context.connection,
      worker: context.worker,
      call,
      at: Date.now(),
      slot,
      items: writes.map(outstandingItem),
    }
    const held = await context.ledger.secure(refs, hold.token, context.requestTimeoutMs, {
      ...(call === 'users create' ? { intents: writes.map(intentOf) } : { sent: writes.map((write) => write.sent) }),
      deletes: call === 'users delete',
      outstanding,
    })
    if (held.includes(false)) return later(context, hold, writes, 'A lease ended before the request could go out')

    let status: JobStatus
    try {
      status = await invoke(writes, heldBulkWrite(context, hold, id))
    } catch (error) {
      const { outcome, effect } = judgeError(error)
      if (effect === 'unknown') {
        release = false
        // A lost answer is nobody's fault; one item may be what makes Zendesk fail, again and again.
        const ended = isFailure(error) ? 'failed' : 'unknown'
        return await settleOwn(context, outstanding, () => context.jobStatuses.lost(outstanding).then(() => ended))
      }
      if (call === 'users create' && isBulkImportRefusal(error)) {
        await context.bulkImport.refuse()
        const why = 'The account has bulk import switched off; users are created one by one'
        return await dropped(context, own, refs, later(context, own, writes, why, 20))
      }
      if (isRefusedWhole(error) && writes.length > 1) return await halve(context, own, call, writes, invoke, slot)
      return await dropped(context, own, refs, giveAllBack(context, own, writes, outcome))
    }
    release = false
    let recorded = false
    return await settleOwn(context, outstanding, async () => {
      // once: recorded after its write was settled, it would be polled for ever
      if (!recorded) await context.ledger.recordJobStatus(id, status.id)
      recorded = true
      return context.jobStatuses.ended(status.id)
    })
  } finally {
    context.bulkWrites.delete(id)
    if (release) await context.releaseJobSlot(slot)
  }
}

/** A bad item refuses all the others: whoever is not it must not suffer. */
async function halve(
  context: BatchContext,
  hold: BatchHold,
  call: OutstandingWrite['call'],
  writes: readonly PreparedWrite[],
  invoke: Invoke,
  slot: string,
): Promise<Map<string, Outcome>> {
  await context.releaseJobSlot(slot)
  // In one step: an entity that still names a write nobody knows of would stay closed for ever.
  await context.ledger.letGo(
    writes.map((write) => write.job.ref),
    hold.token,
    { noEffect: true, dropOutstanding: true },
  )
  const middle = Math.ceil(writes.length / 2)
  const outcomes = new Map<string, Outcome>()
  for (const half of [writes.slice(0, middle), writes.slice(middle)]) {
    const token = newBatchId(context.worker)
    for (const [id, outcome] of await sendRenewed(context, { ...hold, token, jobSlot: null }, call, half, invoke))
      outcomes.set(id, outcome)
  }
  return outcomes
}

/** Opens the entities once more, or anew, and sends what is as it was: looking things up may have taken as long as a lease. */
async function sendRenewed(
  context: BatchContext,
  hold: BatchHold,
  call: OutstandingWrite['call'],
  writes: readonly PreparedWrite[],
  invoke: Invoke,
): Promise<Map<string, Outcome>> {
  const renewAt = renewalTime()
  const verdicts = await context.ledger.open(
    writes.map((write) => write.job),
    hold.token,
    context.requestTimeoutMs + LEASE_SLACK_MS,
  )
  const still = writes.filter((write, i) => isUnchanged(verdicts[i], write.job))
  const moved = writes.filter((write, i) => verdicts[i]?.status === 'open' && !still.includes(write))
  if (moved.length > 0)
    await context.ledger.letGo(
      moved.map((write) => write.job.ref),
      hold.token,
    )
  const outcomes = new Map<string, Outcome>(
    writes
      .filter((write) => !still.includes(write))
      .map(({ job }) => [job.jobId, { status: 'later', why: 'It was written anew meanwhile', ms: 500 }]),
  )
  const own: BatchHold = { ...hold, renewAt }
  try {
    for (const [id, outcome] of await sendBulk(context, own, call, still, invoke)) outcomes.set(id, outcome)
  } finally {
    hold.jobSlot = own.jobSlot
  }
  return outcomes
}

/** A token without the scope says nothing of what the account may do. */
function isBulkImportRefusal(error: unknown): boolean {
  return error instanceof ZendeskError && error.problem.kind === 'forbidden' && !error.problem.scopes
}

function isFailure(error: unknown): boolean {
  return error instanceof ZendeskError && error.problem.kind === 'unavailable'
}

/** Whether one item may be what all of the batch was refused for. */
function isRefusedWhole(error: unknown): boolean {
  if (!(error instanceof ZendeskError)) return false
  const { problem } = error
  switch (problem.kind) {
    case 'batch refused':
    case 'invalid':
      return true
    case 'forbidden':
      return !problem.scopes
    case 'rate limited':
      return problem.scope === 'one user'
    default:
      return false
  }
}

/** Forgets the outstanding write of a request without effect, after its entities: killed between, it is settled by others. */
async function dropped<T>(
  context: BatchContext,
  hold: BatchHold,
  refs: readonly EntityRef[],
  givenBack: Promise<T>,
): Promise<T> {
  const result = await givenBack
  await context.ledger.letGo(refs, hold.token, { dropOutstanding: true })
  return result
}

async function giveAllBack(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly PreparedWrite[],
  outcome: Outcome,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const { job } of writes) outcomes.set(job.jobId, await giveBack(context, job, hold.token, outcome, 'none'))
  return outcomes
}

function later(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly PreparedWrite[],
  why: string,
  ms = NO_SLOT_MS,
): Promise<Map<string, Outcome>> {
  return giveAllBack(context, hold, writes, { status: 'later', why, ms })
}
