import type { AppliedMembership, MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { Outcome } from '../outcome.ts'
import { sendBulk } from './bulk-write.ts'
import { callOptions, type BatchContext, type BatchHold, type OpenJob } from './context.ts'
import { membershipRefusal, membershipSideGone } from './describe-refusal.ts'
import { finish, type Finished } from './finish.ts'
import { giveBack } from './give-back.ts'
import { heldWrite } from './held-write.ts'
import { judgeError } from './judge-error.ts'
import { written, type PreparedWrite } from './prepared-write.ts'

type Job = OpenJob<MembershipRecord>

/** Adds and removes group members, together where there are several, else alone and at once. */
export async function sendMemberships(
  context: BatchContext,
  hold: BatchHold,
  jobs: readonly Job[],
): Promise<Map<string, Outcome>> {
  if (jobs.length === 0) return new Map()
  const outcomes = new Map<string, Outcome>()
  const additions = jobs.filter((job) => job.record.desired?.presence === 'active')
  const removals = jobs.filter((job) => job.record.desired?.presence !== 'active')

  const inStep = additions.filter((job) => isApplied(job))
  const located = await locate(context, hold, removals)
  const gone = removals.filter((job) => located.get(job.jobId) === null)
  const nothing: Finished[] = [
    ...inStep.map((job) => ({
      job,
      what: 'in step',
      written: written(prepare(job, job.record.applied), job.record.zendeskId),
    })),
    ...gone.map((job) => ({ job, what: 'in step', written: written(prepare(job, null), null) })),
  ]
  for (const [jobId, outcome] of await finish(context, nothing, hold.token))
    outcomes.set(
      jobId,
      outcome.status === 'applied' ? { status: 'already applied', zendeskId: outcome.zendeskId } : outcome,
    )

  const adding = additions.filter((job) => !inStep.includes(job)).map((job) => prepare(job, pairOf(job)))
  const removing = removals
    .filter((job) => !gone.includes(job))
    .map((job) => prepare(withZendeskId(job, located.get(job.jobId)!), null))
  const parts = [
    adding.length > 1 || (adding.length === 1 && hold.jobSlot !== null)
      ? await sendBulk(context, hold, 'memberships create', adding, (some, options) =>
          context.zendesk.memberships.createMany(
            some.map((write) => pairBody(write.applied as AppliedMembership)),
            options,
          ),
        )
      : await eachAlone(context, hold, adding, addOne),
    removing.length > 1 || (removing.length === 1 && hold.jobSlot !== null)
      ? await sendBulk(context, hold, 'memberships delete', removing, (some, options) =>
          context.zendesk.memberships.destroyMany(
            some.map((write) => write.job.record.zendeskId!),
            options,
          ),
        )
      : await eachAlone(context, hold, removing, removeOne),
  ]
  for (const part of parts) for (const [jobId, outcome] of part) outcomes.set(jobId, outcome)
  return outcomes
}

/** A membership is applied only for the pair of Zendesk ids it was written with, and while no removal was sent since. */
function isApplied({ record, sides }: Job): boolean {
  return (
    record.unsure.length === 0 &&
    record.applied?.presence === 'active' &&
    record.applied.userZendeskId === sides.user &&
    record.applied.groupZendeskId === sides.group
  )
}

function pairOf({ sides }: Job): AppliedMembership {
  return { presence: 'active', userZendeskId: sides.user!, groupZendeskId: sides.group!, membershipZendeskId: null }
}

function pairBody({ userZendeskId, groupZendeskId }: AppliedMembership) {
  return { user_id: userZendeskId, group_id: groupZendeskId }
}

function prepare(job: Job, applied: AppliedMembership | null): PreparedWrite<MembershipRecord> {
  return { job, body: {}, sent: ['membership'], applied, email: null, externalId: null, suspendedByUs: false }
}

/** Zendesk's ids of the memberships to remove; null for one that Zendesk does not have. Unknown ones are read per user. */
async function locate(
  { zendesk }: BatchContext,
  hold: BatchHold,
  jobs: readonly Job[],
): Promise<Map<string, number | null>> {
  const ids = new Map<string, number | null>()
  const held = new Map<number, Promise<GroupMembership[]>>()
  for (const job of jobs) {
    const { applied, zendeskId, unsure } = job.record
    const known = unsure.length > 0 ? null : (applied?.membershipZendeskId ?? zendeskId)
    const user = applied?.userZendeskId ?? job.sides.user
    const group = applied?.groupZendeskId ?? job.sides.group
    if (known != null) ids.set(job.jobId, known)
    else if (user === null || group === null) ids.set(job.jobId, null)
    else {
      if (!held.has(user)) held.set(user, zendesk.memberships.ofUser(user, callOptions(hold)))
      const found = (await held.get(user)!.catch(emptyIfMissing)).find((membership) => membership.group_id === group)
      ids.set(job.jobId, found?.id ?? null)
    }
  }
  return ids
}

function emptyIfMissing(error: unknown): GroupMembership[] {
  if (error instanceof ZendeskError && error.problem.kind === 'not found') return []
  throw error
}

/** The job, knowing which membership it is about: whoever settles its removal looks for that one. */
function withZendeskId(job: Job, zendeskId: number): Job {
  return { ...job, record: { ...job.record, zendeskId } }
}

async function eachAlone(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly PreparedWrite<MembershipRecord>[],
  send: (context: BatchContext, write: PreparedWrite<MembershipRecord>, options: CallOptions) => Promise<Finished>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const write of writes) {
    const { job } = write
    const options = heldWrite(context, hold, job.ref, { sent: write.sent })
    try {
      const finished = await send(context, write, options)
      outcomes.set(job.jobId, (await finish(context, [finished], hold.token)).get(job.jobId)!)
    } catch (error) {
      outcomes.set(job.jobId, await judge(context, hold, write, error))
    }
  }
  return outcomes
}

async function addOne(
  { zendesk }: BatchContext,
  write: PreparedWrite<MembershipRecord>,
  options: CallOptions,
): Promise<Finished> {
  const pair = write.applied as AppliedMembership
  const membership = await zendesk.memberships.create(pairBody(pair), options).catch(async (error: unknown) => {
    // Zendesk's answer to a membership that exists is not documented: whatever it says, look before believing it.
    if (!(error instanceof ZendeskError && ['invalid', 'conflict'].includes(error.problem.kind))) throw error
    const existing = (await zendesk.memberships.ofUser(pair.userZendeskId)).find(
      (one) => one.group_id === pair.groupZendeskId,
    )
    if (!existing) throw error
    return existing
  })
  return {
    job: write.job,
    what: 'added',
    written: written({ ...write, applied: { ...pair, membershipZendeskId: membership.id } }, membership.id),
  }
}

async function removeOne(
  { zendesk }: BatchContext,
  write: PreparedWrite<MembershipRecord>,
  options: CallOptions,
): Promise<Finished> {
  await zendesk.memberships
    .delete(write.job.record.zendeskId!, { ...options, purpose: 'removal' })
    .catch(emptyIfMissing)
  return { job: write.job, what: 'removed', written: written(write, null) }
}

async function judge(
  context: BatchContext,
  hold: BatchHold,
  write: PreparedWrite<MembershipRecord>,
  error: unknown,
): Promise<Outcome> {
  const { job } = write
  if (error instanceof ZendeskError && error.problem.kind === 'invalid')
    return giveBack(
      context,
      job,
      hold.token,
      membershipRefusal(job.record.label, error.message, write.applied === null),
      'none',
    )
  if (error instanceof ZendeskError && error.problem.kind === 'not found')
    return giveBack(context, job, hold.token, membershipSideGone(job.record.label, error.message), 'none')
  const { outcome, effect } = judgeError(error)
  return giveBack(context, job, hold.token, outcome, effect)
}
