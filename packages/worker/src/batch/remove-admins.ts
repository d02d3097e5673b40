import { LAST_ADMIN } from '@provisioner/shared/admin-refusals.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Outcome } from '../outcome.ts'
import { callOptions, type BatchContext, type BatchHold, type OpenJob } from './context.ts'
import { giveBack } from './give-back.ts'
import { judgeError, rejected } from './judge-error.ts'
import type { PreparedWrite } from './prepared-write.ts'

/** How long a removal waits while another batch of the account removes an admin, ms. */
const WAIT_MS = 1_000

/**
 * Takes active admins' role or access, one after the other, the youngest user first: before each Zendesk is asked who the
 * account's admins are, and the last one stays (`LAST_ADMIN`). In between no other batch of the account does the same, of
 * whatever connection. Where an answer is lost, the write may yet take effect: until the lease has ended only the same job
 * goes on.
 *
 * @param send sends one of them, alone
 */
export async function removeAdmins<W extends PreparedWrite<UserRecord>>(
  context: BatchContext,
  hold: BatchHold,
  losing: readonly W[],
  send: (own: BatchHold, write: W) => Promise<Map<string, Outcome>>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const write of losing.toSorted((a, b) => b.job.record.zendeskId! - a.job.record.zendeskId!)) {
    const outcome = await removeOne(context, hold, write, send)
    outcomes.set(write.job.jobId, outcome)
  }
  return outcomes
}

async function removeOne<W extends PreparedWrite<UserRecord>>(
  context: BatchContext,
  hold: BatchHold,
  write: W,
  send: (own: BatchHold, write: W) => Promise<Map<string, Outcome>>,
): Promise<Outcome> {
  const { requestTimeoutMs, zendesk } = context
  const { job } = write
  const lease = await context.takeAdminRemoval({ token: job.jobId, ms: requestTimeoutMs * 2 })
  if (!lease) {
    const why = 'Another admin of the account is being removed: who is left is asked after that'
    return giveBack(context, job, hold.token, { status: 'later', why, ms: WAIT_MS }, 'none')
  }
  let isOver = true
  try {
    const admins = await zendesk.users
      .activeAdmins(callOptions(hold))
      .catch((error: unknown) => judgeError(error).outcome)
    if ('status' in admins) return await giveBack(context, job, hold.token, admins, 'none')
    if (!admins.some(({ id }) => id !== job.record.zendeskId)) return await keepLast(context, hold, job)
    isOver = false
    const own = { ...hold, jobSlot: null, more: () => lease.keep() }
    const outcome = (await send(own, write)).get(job.jobId)!
    isOver = outcome.status !== 'retry'
    return outcome
  } finally {
    if (isOver) await lease.drop()
  }
}

/** The ledger learns that the user is an admin, so that the next cycle plans with it: it tells of the last one, and asks again. */
async function keepLast(context: BatchContext, hold: BatchHold, job: OpenJob<UserRecord>): Promise<Outcome> {
  const { ref, record } = job
  const { applied, revision, zendeskId, suspendedByUs, label, operation } = record
  const attributes = { ...applied!.attributes, role: 'admin' }
  if ('custom_role_id' in attributes) attributes['custom_role_id'] = null
  const known = { ref, revision, applied: { ...applied!, attributes }, zendeskId, origin: null, suspendedByUs }
  await context.ledger.record([{ ...known, linkOnly: true }], hold.token)
  await context.ledger.askForPlan(ref)
  const who = String(applied!.attributes['email'] ?? label)
  const why = `'${who}' ${LAST_ADMIN.why} (Zendesk user ${zendeskId}) and stays as it is; not done: ${operation}`
  return giveBack(context, job, hold.token, rejected(LAST_ADMIN.code, why, LAST_ADMIN.todo), 'none')
}
