import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { alreadyApplied, type Outcome } from '../outcome.ts'
import { send } from '../bulk/send.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import { finishedOf } from '../entity/finished.ts'
import { recordWritten } from '../entity/record-written.ts'
import { userWrite, type UserWrite } from '../entity/user-write.ts'
import type { Needs } from '../ports.ts'
import type { WritePorts } from '../write/attempt.ts'
import { userDeletion, WHAT } from '../write/operation.ts'
import { createUsers } from './create-users.ts'
import { awaitingDefault, setDefaultGroups } from './default-groups.ts'
import { keepEntitlements } from './keep-entitlements.ts'
import { beginHandOver, handOverTickets } from './hand-over-tickets.ts'
import { lookForAdmins } from './look-for-admins.ts'
import { lostCreations } from './lost-creation.ts'
import { removeAdmins } from './remove-admins.ts'
import { needsSeat } from './seats.ts'
import { usersLosingTickets } from './ticket-losers.ts'
import { updateUsers, type UserUpdate } from './update-users.ts'

/** Sends what users need: each entity by the ledger's newest state, whatever its job was once for. */
export async function sendUsers(
  ports: WritePorts,
  batch: Batch,
  jobs: readonly OpenJob<UserRecord>[],
): Promise<Map<string, Outcome>> {
  if (jobs.length === 0) return new Map()
  const outcomes = await lostCreations(ports, batch, jobs)
  const fresh = jobs.filter((job) => !outcomes.has(job.jobId))

  const writes = fresh.map((job) => ({ job, write: userWrite(job.record) }))
  const of = <C extends UserWrite['call']>(call: C) =>
    writes.flatMap(({ job, write }) =>
      write.call === call ? [{ job, write: write as Extract<UserWrite, { call: C }> }] : [],
    )
  const nothing = of('nothing').map(({ job, write }) => ({
    job,
    what: 'in sync',
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
    const ready = await withSeats(ports, batch, some, outcomes)
    for (const write of ready) if (needsSeat(write)) needing.add(write.job.jobId)
    return ports.account.organizations.resolve(ready)
  }
  const unchanged = alreadyApplied(await recordWritten(ports, nothing, batch.token))
  const planned = await seated(
    of('update').map(({ job, write }) => ({
      ...prepare(job, write, namesOf(write)),
      changesEmail: write.email !== null,
    })),
  )
  const deletions = of('delete').map(({ job }) => prepare(job, { body: {}, applied: null }, ['suspended']))
  const admins = await lookForAdmins(ports, batch, [...planned, ...deletions])
  const { held, done: moved } = await beginHandOver(ports, batch, usersLosingTickets(admins.plain))
  const goes = ({ job }: PreparedWrite<UserRecord>) => !held.has(job.jobId)
  const isPlain = (write: PreparedWrite<UserRecord>) => admins.plain.includes(write) && goes(write)
  const going = planned.filter((write) => isPlain(write) || admins.losing.includes(write))
  const read = async () => {
    const kept = await keepEntitlements(ports, batch, going, admins.shown)
    await batch.endTurn?.()
    return kept
  }
  const [kept, handedOver] = await Promise.allSettled([read(), moved])
  if (kept.status === 'rejected') throw kept.reason
  if (handedOver.status === 'rejected') throw handedOver.reason
  const updates = await setDefaultGroups(ports, batch, kept.value)
  const done = updates.filter(hasNothingToSend).map((write) => finishedOf(write, WHAT['users update'], null))
  const isToSend = (write: UserUpdate) => !hasNothingToSend(write)
  const parts = [
    unchanged,
    admins.outcomes,
    held,
    await recordWritten(ports, done, batch.token),
    await updateUsers(
      ports,
      batch,
      updates.filter((write, i) => isPlain(going[i]!) && isToSend(write)),
      admins.shown,
    ),
    await send(ports, batch, userDeletion(ports), deletions.filter(isPlain)),
    await removeAdmins(ports, batch, admins.losing, async (own, write) => {
      // not before it is known that another admin is left
      const stays = await handOverTickets(ports, own, usersLosingTickets([write]))
      if (stays.size > 0) return stays
      const update = updates.find(({ job }) => job === write.job)
      return update ? updateUsers(ports, own, [update]) : send(ports, own, userDeletion(ports), [write])
    }),
    await endGone(
      ports,
      batch,
      of('gone').map(({ job }) => job),
    ),
    await createUsers(
      ports,
      batch,
      await seated(of('create').map(({ job, write }) => awaitingDefault(prepare(job, write, [])))),
    ),
  ]
  for (const part of parts) for (const [jobId, outcome] of part) outcomes.set(jobId, outcome)
  if ([...needing].some((jobId) => outcomes.get(jobId)?.status === 'applied')) await ports.account.seats.free()
  return outcomes
}

/** Of whom the default group was all, which is set. */
function hasNothingToSend({ body, changesEmail }: UserUpdate): boolean {
  return !changesEmail && Object.keys(body).length === 0
}

/** Users who are gone in Zendesk and were looked for in vain: a cycle plans them anew, by `users.goneInZendesk`. */
async function endGone(
  { ledger }: Needs<'ledger'>,
  batch: Batch,
  jobs: readonly OpenJob<UserRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const { jobId, ref, record } of jobs) {
    await ledger.endGone(ref, batch.token, record.revision)
    const why =
      'Zendesk has the user no more, and nobody else of that external id or address; a cycle plans what follows'
    outcomes.set(jobId, { status: 'superseded', why })
  }
  return outcomes
}

/** The writes that can go out: while the account has no seat left, those that need one wait. */
async function withSeats<W extends PreparedWrite<UserRecord>>(
  ports: WritePorts,
  batch: Batch,
  writes: readonly W[],
  outcomes: Map<string, Outcome>,
): Promise<W[]> {
  const needing = writes.filter(needsSeat)
  const ms = needing.length > 0 ? await ports.account.seats.waitMs() : 0
  if (ms === 0) return [...writes]
  await ports.ledger.giveBack(
    needing.map((write) => write.job.ref),
    batch.token,
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
