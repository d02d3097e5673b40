import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { User } from '@provisioner/zendesk/users.ts'
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
 * answers at once but is limited to one a second for the whole account.
 *
 * An email change takes the way of the identities, three requests or four for each user: after the others, and what else
 * changes of these users goes out together, after that.
 *
 * @param shown users as they have just been read, by Zendesk id
 */
export async function updateUsers(
  context: BatchContext,
  hold: BatchHold,
  updates: readonly UserUpdate[],
  shown: ReadonlyMap<number, User> = new Map(),
): Promise<Map<string, Outcome>> {
  const changers = updates.filter((one) => one.changesEmail)
  const others = updates.filter((one) => !one.changesEmail)
  const outcomes = await writeAttributes(context, hold, others, shown)
  if (changers.length === 0) return outcomes
  if (hold.jobSlot !== null) {
    await context.releaseJobSlot(hold.jobSlot)
    hold.jobSlot = null
  }
  const moved: UserUpdate[] = []
  for (const update of changers) {
    const outcome = await alone(context, hold, update, (options) => moveAddress(context, hold, update, options))
    if (outcome === MOVED) moved.push(update)
    else outcomes.set(update.job.jobId, outcome)
  }
  for (const [jobId, outcome] of await writeAttributes(context, hold, moved)) outcomes.set(jobId, outcome)
  return outcomes
}

/** The user has the address; other attributes have yet to be written. */
const MOVED = 'moved' as const

async function writeAttributes(
  context: BatchContext,
  hold: BatchHold,
  updates: readonly UserUpdate[],
  shown: ReadonlyMap<number, User> = new Map(),
): Promise<Map<string, Outcome>> {
  const writes = await mergeTags(context, updates, shown)
  const [lone] = writes
  if (lone && writes.length === 1 && hold.jobSlot === null)
    return new Map([[lone.job.jobId, await alone(context, hold, lone, (options) => put(context, hold, lone, options))]])
  return sendBulk(context, hold, 'users update', writes, (some, options) =>
    context.zendesk.users.updateMany(
      some.map((write) => ({ id: write.job.record.zendeskId!, ...write.body })),
      options,
    ),
  )
}

/** Does single writes to one user, as long as the user is as when they were prepared. */
async function alone<O extends Outcome | typeof MOVED>(
  context: BatchContext,
  hold: BatchHold,
  { job, sent }: UserUpdate,
  write: (options: CallOptions) => Promise<O>,
): Promise<O | Outcome> {
  const [verdict] = await context.ledger.open([job], hold.token, context.requestTimeoutMs * 2)
  if (!isUnchanged(verdict, job)) {
    await context.ledger.letGo([job.ref], hold.token)
    return { status: 'later', why: 'It was written anew before the request could go out', ms: 1_000 }
  }
  try {
    return await write(heldWrite(context, hold, job.ref, { sent }))
  } catch (error) {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') {
      await context.ledger.unlink(job.ref, hold.token)
      const why = `Zendesk has no user ${job.record.zendeskId} any more (${error.message}); the user is looked for`
      return { status: 'retry', why }
    }
    if (error instanceof ZendeskError && error.problem.kind === 'invalid')
      return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
    const { outcome, effect } = judgeError(error)
    return giveBack(context, job, hold.token, outcome, effect)
  }
}

async function moveAddress(
  context: BatchContext,
  hold: BatchHold,
  update: UserUpdate,
  options: CallOptions,
): Promise<Outcome | typeof MOVED> {
  const blocked = await changeEmail(context, update.job, update.email!, options)
  if (blocked) return giveBack(context, update.job, hold.token, blocked, 'none')
  return Object.keys(update.body).length > 0 ? MOVED : record(context, hold, update)
}

async function put(context: BatchContext, hold: BatchHold, update: UserUpdate, options: CallOptions): Promise<Outcome> {
  await context.zendesk.users.update(update.job.record.zendeskId!, update.body, options)
  return record(context, hold, update)
}

async function record(context: BatchContext, hold: BatchHold, update: UserUpdate): Promise<Outcome> {
  const { job } = update
  const finished = { job, what: 'updated', written: written(update, job.record.zendeskId) }
  return (await finish(context, [finished], hold.token)).get(job.jobId)!
}
