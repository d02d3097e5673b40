import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { Outcome } from '../outcome.ts'
import { changeEmail } from './change-email.ts'
import { sendBulk } from './bulk-write.ts'
import { isUnchanged, type BatchContext, type BatchHold } from './context.ts'
import { describeRefusal } from './describe-refusal.ts'
import { finish } from './finish.ts'
import { giveBack } from './give-back.ts'
import { heldWrite } from './held-write.ts'
import { judgeError, rejected } from './judge-error.ts'
import { mergeTags } from './merge-tags.ts'
import { written, type PreparedWrite } from './prepared-write.ts'

export type UserUpdate = PreparedWrite<UserRecord> & { readonly changesEmail: boolean }

/**
 * Updates, suspends and restores users. Several go out in one `update_many`; a lone one by `PUT /users/{id}`, which
 * answers at once but is limited to one a second for the whole account. An email change takes the way of the identities.
 */
export async function updateUsers(
  context: BatchContext,
  hold: BatchHold,
  updates: readonly UserUpdate[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const update of updates.filter((one) => one.changesEmail))
    outcomes.set(update.job.jobId, await alone(context, hold, update))
  const rest = await mergeTags(
    context,
    updates.filter((one) => !one.changesEmail),
  )
  if (rest.length === 1 && hold.jobSlot === null) {
    outcomes.set(rest[0]!.job.jobId, await alone(context, hold, rest[0]!))
    return outcomes
  }
  const sent = await sendBulk(context, hold, 'users update', rest, (some, options) =>
    context.zendesk.users.updateMany(
      some.map((write) => ({ id: write.job.record.zendeskId!, ...write.body })),
      options,
    ),
  )
  for (const [jobId, outcome] of sent) outcomes.set(jobId, outcome)
  return outcomes
}

async function alone(
  context: BatchContext,
  hold: BatchHold,
  update: PreparedWrite<UserRecord> & { changesEmail?: boolean },
): Promise<Outcome> {
  const { job } = update
  const zendeskId = job.record.zendeskId!
  const [verdict] = await context.ledger.open([job], hold.token, context.requestTimeoutMs * 2)
  if (!isUnchanged(verdict, job)) {
    await context.ledger.letGo([job.ref], hold.token)
    return { status: 'later', why: 'It was written anew before the request could go out', ms: 1_000 }
  }
  const options = heldWrite(context, hold, job.ref, { sent: update.sent })
  try {
    const blocked = update.changesEmail ? await changeEmail(context, job, update.email!, options) : undefined
    if (blocked) return await giveBack(context, job, hold.token, blocked, 'none')
    if (Object.keys(update.body).length > 0) await context.zendesk.users.update(zendeskId, update.body, options)
    return (await finish(context, [{ job, what: 'updated', written: written(update, zendeskId) }], hold.token)).get(
      job.jobId,
    )!
  } catch (error) {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') {
      await context.ledger.unlink(job.ref, hold.token)
      return { status: 'retry', why: `Zendesk has no user ${zendeskId} any more (${error.message}); he is looked for` }
    }
    if (error instanceof ZendeskError && error.problem.kind === 'invalid')
      return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
    const { outcome, effect } = judgeError(error)
    return giveBack(context, job, hold.token, outcome, effect)
  }
}
