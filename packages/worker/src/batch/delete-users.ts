import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { isOpenTickets, ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { Outcome } from '../outcome.ts'
import { sendBulk } from './bulk-write.ts'
import type { BatchContext, BatchHold } from './context.ts'
import { describeRefusal } from './describe-refusal.ts'
import { finish } from './finish.ts'
import { giveBack } from './give-back.ts'
import { heldWrite } from './held-write.ts'
import { judgeError, rejected } from './judge-error.ts'
import { written, type PreparedWrite } from './prepared-write.ts'
import { suspendInstead } from './suspend-instead.ts'

/** Deletes users: several by `destroy_many`, a lone one by `DELETE /users/{id}`. One that is gone already is gone. */
export async function deleteUsers(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly PreparedWrite<UserRecord>[],
): Promise<Map<string, Outcome>> {
  if (writes.length > 1 || (writes.length === 1 && hold.jobSlot !== null))
    return sendBulk(context, hold, 'users delete', writes, (some, options) =>
      context.zendesk.users.destroyMany(
        some.map((write) => write.job.record.zendeskId!),
        options,
      ),
    )
  const outcomes = new Map<string, Outcome>()
  for (const write of writes) outcomes.set(write.job.jobId, await deleteOne(context, hold, write))
  return outcomes
}

async function deleteOne(context: BatchContext, hold: BatchHold, write: PreparedWrite<UserRecord>): Promise<Outcome> {
  const { job } = write
  try {
    await context.zendesk.users
      .delete(job.record.zendeskId!, heldWrite(context, hold, job.ref, { sent: write.sent, deletes: true }))
      .catch((error: unknown) => {
        if (!(error instanceof ZendeskError && error.problem.kind === 'not found')) throw error
      })
    return (await finish(context, [{ job, what: 'deleted', written: written(write, null) }], hold.token)).get(
      job.jobId,
    )!
  } catch (error) {
    if (isOpenTickets(error)) {
      const options = heldWrite(context, hold, job.ref, { sent: write.sent })
      return suspendInstead(context, job, hold.token, (error as Error).message, options)
    }
    if (error instanceof ZendeskError && error.problem.kind === 'invalid')
      return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
    const { outcome, effect } = judgeError(error)
    return giveBack(context, job, hold.token, outcome, effect)
  }
}
