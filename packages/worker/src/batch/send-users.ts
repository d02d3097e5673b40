import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Outcome } from '../outcome.ts'
import type { BatchContext, BatchHold, OpenJob } from './context.ts'
import { createUsers } from './create-users.ts'
import { deleteUsers } from './delete-users.ts'
import { finish } from './finish.ts'
import { lookForAdmins } from './look-for-admins.ts'
import { lostCreations } from './lost-creation.ts'
import type { PreparedWrite } from './prepared-write.ts'
import { removeAdmins } from './remove-admins.ts'
import { needsSeat } from './seats.ts'
import { updateUsers } from './update-users.ts'
import { userWrite, type UserWrite } from './user-write.ts'

/** Sends what users need: each entity by the ledger's newest state, whatever its job was once for. */
export async function sendUsers(
  context: BatchContext,
  hold: BatchHold,
  jobs: readonly OpenJob<UserRecord>[],
): Promise<Map<string, Outcome>> {
  if (jobs.length === 0) return new Map()
  const outcomes = await lostCreations(context, hold, jobs)
  const fresh = jobs.filter((job) => !outcomes.has(job.jobId))

  const writes = fresh.map((job) => ({ job, write: userWrite(job.record) }))
  const of = <C extends UserWrite['call']>(call: C) =>
    writes.flatMap(({ job, write }) =>
      write.call === call ? [{ job, write: write as Extract<UserWrite, { call: C }> }] : [],
    )
  const nothing = of('nothing').map(({ job, write }) => ({
    job,
    what: 'in step',
    written: {
      ref: job.ref,
      revision: job.record.revision,
      applied: write.applied,
      zendeskId: job.record.zendeskId,
      origin: job.record.origin,
      suspendedByUs: job.record.suspendedByUs,
    },
  }))
  const needing = new Set<string>()
  const seated = async <W extends PreparedWrite<UserRecord>>(some: readonly W[]): Promise<W[]> => {
    const ready = await withSeats(context, hold, some, outcomes)
    for (const write of ready) if (needsSeat(write)) needing.add(write.job.jobId)
    return context.organizations.resolve(ready)
  }
  const unchanged = asAlreadyApplied(await finish(context, nothing, hold.token))
  const updates = await seated(
    of('update').map(({ job, write }) => ({
      ...prepare(job, write, namesOf(write)),
      changesEmail: write.email !== null,
    })),
  )
  const deletions = of('delete').map(({ job }) => prepare(job, { body: {}, applied: null }, ['suspended']))
  const admins = await lookForAdmins(context, hold, [...updates, ...deletions])
  const isPlain = (write: PreparedWrite<UserRecord>) => admins.plain.includes(write)
  const parts = [
    unchanged,
    admins.outcomes,
    await updateUsers(context, hold, updates.filter(isPlain), admins.shown),
    await deleteUsers(context, hold, deletions.filter(isPlain)),
    await removeAdmins(context, hold, admins.losing, (own, write) => {
      const update = updates.find(({ job }) => job === write.job)
      return update ? updateUsers(context, own, [update]) : deleteUsers(context, own, [write])
    }),
    await endGone(
      context,
      hold,
      of('gone').map(({ job }) => job),
    ),
    await createUsers(context, hold, await seated(of('create').map(({ job, write }) => prepare(job, write, [])))),
  ]
  for (const part of parts) for (const [jobId, outcome] of part) outcomes.set(jobId, outcome)
  if ([...needing].some((jobId) => outcomes.get(jobId)?.status === 'applied')) await context.seats.free()
  return outcomes
}

/** Users who are gone in Zendesk and were looked for in vain: a cycle plans them anew, by `users.goneInZendesk`. */
async function endGone(
  { ledger }: BatchContext,
  hold: BatchHold,
  jobs: readonly OpenJob<UserRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const { jobId, ref, record } of jobs) {
    await ledger.endGone(ref, hold.token, record.revision)
    const why =
      'Zendesk has the user no more, and nobody else of that external id or address; a cycle plans what follows'
    outcomes.set(jobId, { status: 'superseded', why })
  }
  return outcomes
}

/** The writes that can go out: while the account has no seat left, those that need one wait. */
async function withSeats<W extends PreparedWrite<UserRecord>>(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly W[],
  outcomes: Map<string, Outcome>,
): Promise<W[]> {
  const needing = writes.filter(needsSeat)
  const ms = needing.length > 0 ? await context.seats.waitMs() : 0
  if (ms === 0) return [...writes]
  await context.ledger.letGo(
    needing.map((write) => write.job.ref),
    hold.token,
  )
  for (const { job } of needing)
    outcomes.set(job.jobId, { status: 'later', why: 'The account has no seat left for another agent', ms })
  return writes.filter((write) => !needing.includes(write))
}

function prepare(
  job: OpenJob<UserRecord>,
  {
    body,
    applied,
  }: Pick<Extract<UserWrite, { call: 'update' | 'create' }>, 'body'> & { applied: PreparedWrite['applied'] },
  sent: readonly string[],
): PreparedWrite<UserRecord> {
  const { desired, applied: before, suspendedByUs } = job.record
  const externalId = desired?.attributes['external_id']
  return {
    job,
    body,
    sent,
    applied,
    email: typeof desired?.attributes['email'] === 'string' ? desired.attributes['email'] : null,
    externalId: typeof externalId === 'string' && externalId !== '' ? externalId : null,
    suspendedByUs: desired?.presence === 'suspended' && (suspendedByUs || before?.presence !== 'suspended'),
  }
}

function namesOf({ body, email }: Extract<UserWrite, { call: 'update' }>): string[] {
  const { user_fields: fields, ...others } = body
  const inner = Object.keys((fields ?? {}) as UserAttributes).map((name) => `user_fields.${name}`)
  return [...(email === null ? [] : ['email']), ...Object.keys(others), ...inner]
}

function asAlreadyApplied(outcomes: Map<string, Outcome>): Map<string, Outcome> {
  return new Map(
    [...outcomes].map(([jobId, outcome]) => [
      jobId,
      outcome.status === 'applied' ? { status: 'already applied' as const, zendeskId: outcome.zendeskId } : outcome,
    ]),
  )
}
