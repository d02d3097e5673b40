import type { User } from '@provisioner/zendesk/users.ts'
import { send } from '../bulk/send.ts'
import { giveBack } from '../entity/give-back.ts'
import { leasedRequest } from '../entity/leased-request.ts'
import type { Batch } from '../entity/open-job.ts'
import { written } from '../entity/prepared-write.ts'
import { recordWritten } from '../entity/record-written.ts'
import { reopen } from '../entity/reopen.ts'
import type { Outcome } from '../outcome.ts'
import { attempt, type WritePorts } from '../write/attempt.ts'
import { changeEmail } from '../write/change-email.ts'
import { mergeTags } from '../write/merge-tags.ts'
import { userUpdate, WHAT, type UserPrepared } from '../write/operation.ts'

export type UserUpdate = UserPrepared & { readonly changesEmail: boolean }

/**
 * Updates, suspends and restores users. Several go out in one `update_many`; a lone one by `PUT /users/{id}`, which
 * answers at once but is limited to one a second for the whole account.
 *
 * An email change takes the way of the identities, three requests or four for each user: after the others, and what
 * else changes of these users goes out together, after that.
 *
 * @param shown users as they have just been read, by Zendesk id
 */
export async function updateUsers(
  ports: WritePorts,
  batch: Batch,
  updates: readonly UserUpdate[],
  shown: ReadonlyMap<number, User> = new Map(),
): Promise<Map<string, Outcome>> {
  const changers = updates.filter((one) => one.changesEmail)
  const others = updates.filter((one) => !one.changesEmail)
  const outcomes = await writeAttributes(ports, batch, others, shown)
  if (changers.length === 0) return outcomes
  if (batch.jobSlot !== null) {
    await ports.limits.releaseJobSlot(batch.jobSlot)
    batch.jobSlot = null
  }
  const moved: UserUpdate[] = []
  for (const update of changers) {
    const outcome = (await reopen(ports, batch, update.job)) ?? (await moveAddress(ports, batch, update))
    if (outcome === MOVED) moved.push(update)
    else outcomes.set(update.job.jobId, outcome)
  }
  for (const [jobId, outcome] of await writeAttributes(ports, batch, moved)) outcomes.set(jobId, outcome)
  return outcomes
}

/** The user has the address; other attributes have yet to be written. */
const MOVED = 'moved' as const

async function writeAttributes(
  ports: WritePorts,
  batch: Batch,
  updates: readonly UserUpdate[],
  shown: ReadonlyMap<number, User> = new Map(),
): Promise<Map<string, Outcome>> {
  return send(ports, batch, userUpdate(ports), await mergeTags(ports, updates, shown))
}

async function moveAddress(ports: WritePorts, batch: Batch, update: UserUpdate): Promise<Outcome | typeof MOVED> {
  const { job, sent, email, body } = update
  const options = leasedRequest(ports, batch, job.ref, { sent })
  const ended = await attempt(ports, { call: 'users address', job, by: batch.token, options }, () =>
    changeEmail(ports, job, email!, options),
  )
  if ('outcome' in ended) return ended.outcome
  if ('sent' in ended && ended.sent) return giveBack(ports, job, batch.token, ended.sent, 'none')
  if (Object.keys(body).length > 0) return MOVED
  const finished = { job, what: WHAT['users update'], written: written(update, job.record.zendeskId) }
  return (await recordWritten(ports, [finished], batch.token)).get(job.jobId)!
}
