import { LAST_ADMIN } from '@provisioner/shared/admin-refusals.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Outcome } from '../outcome.ts'
import { giveBack } from '../entity/give-back.ts'
import { callOptions, type Batch, type OpenJob } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { Needs } from '../ports.ts'
import { answerOf } from '../remedies/answer.ts'
import { plainOutcome, rejected } from '../remedies/plain-outcome.ts'

type Account = Needs<'ledger' | 'zendesk' | 'settings' | 'account' | 'report'>

/**
 * Takes active admins' role or access, one after the other, the youngest user first: before each Zendesk is asked who
 * the account's admins are, and the last one stays (`LAST_ADMIN`). In between no other batch of the account does the
 * same, of whatever connection. Where an answer is lost, the write may yet take effect: until the lease has ended only
 * the same job goes on.
 *
 * @param send sends one of them, alone
 */
export async function removeAdmins<W extends PreparedWrite<UserRecord>>(
  ports: Account,
  batch: Batch,
  losing: readonly W[],
  send: (own: Batch, write: W) => Promise<Map<string, Outcome>>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const write of losing.toSorted((a, b) => b.job.record.zendeskId! - a.job.record.zendeskId!)) {
    const outcome = await removeOne(ports, batch, write, send)
    outcomes.set(write.job.jobId, outcome)
  }
  return outcomes
}

async function removeOne<W extends PreparedWrite<UserRecord>>(
  ports: Account,
  batch: Batch,
  write: W,
  send: (own: Batch, write: W) => Promise<Map<string, Outcome>>,
): Promise<Outcome> {
  const { account, settings, zendesk } = ports
  const { job } = write
  const lease = await account.takeAdminRemoval({ token: job.jobId, ms: settings.requestTimeoutMs * 2 })
  if (!lease) {
    const why = 'Another admin of the account is being removed: who is left is asked after that'
    return giveBack(ports, job, batch.token, { status: 'later', why, ms: WAITS.anotherWriteMs }, 'none')
  }
  let isOver = true
  try {
    const admins = await zendesk.users
      .activeAdmins(callOptions(batch))
      .catch((error: unknown) => plainOutcome(answerOf(error)))
    if ('status' in admins) return await giveBack(ports, job, batch.token, admins, 'none')
    if (!admins.some(({ id }) => id !== job.record.zendeskId)) return await keepLast(ports, batch, job)
    isOver = false
    const own = { ...batch, jobSlot: null, more: () => lease.keep() }
    const outcome = (await send(own, write)).get(job.jobId)!
    isOver = outcome.status !== 'retry'
    return outcome
  } finally {
    if (isOver) await lease.drop()
  }
}

/**
 * The ledger learns that the user is an admin, so that the next cycle plans with it: it tells of the last one, and asks
 * again.
 */
async function keepLast(ports: Account, batch: Batch, job: OpenJob<UserRecord>): Promise<Outcome> {
  const { ref, record } = job
  const { applied, revision, zendeskId, suspendedByUs, label, operation } = record
  const attributes = { ...applied!.attributes, role: 'admin' }
  if ('custom_role_id' in attributes) attributes['custom_role_id'] = null
  const known = { ref, revision, applied: { ...applied!, attributes }, zendeskId, origin: null, suspendedByUs }
  await ports.ledger.record([{ ...known, linkOnly: true, found: true }], batch.token)
  await ports.ledger.askForPlan(ref)
  const who = String(applied!.attributes['email'] ?? label)
  const why = `'${who}' ${LAST_ADMIN.why} (Zendesk user ${zendeskId}) and stays as it is; not done: ${operation}`
  return giveBack(ports, job, batch.token, rejected(LAST_ADMIN.code, why, LAST_ADMIN.todo), 'none')
}
