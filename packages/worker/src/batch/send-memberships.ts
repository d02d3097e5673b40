import { membershipSides } from '@provisioner/shared/entity.ts'
import type { AppliedMembership, MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import { send } from '../bulk/send.ts'
import { callOptions, type Batch, type OpenJob } from '../entity/open-job.ts'
import { written } from '../entity/prepared-write.ts'
import type { Finished } from '../entity/finished.ts'
import { mappedDefaults } from '../entity/mapped-default.ts'
import { recordWritten } from '../entity/record-written.ts'
import { alreadyApplied, type Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import type { WritePorts } from '../write/attempt.ts'
import { memberAddition, memberRemoval, type MembershipPrepared } from '../write/operation.ts'
import { handOverTickets } from './hand-over-tickets.ts'
import { membersLeavingFirst, membersLosingTickets } from './ticket-losers.ts'

type Job = OpenJob<MembershipRecord>

/** Adds and removes group members, together where there are several, else alone and at once. */
export async function sendMemberships(
  ports: WritePorts,
  batch: Batch,
  jobs: readonly Job[],
): Promise<Map<string, Outcome>> {
  if (jobs.length === 0) return new Map()
  const additions = jobs.filter((job) => job.record.desired?.presence === 'active')
  const removals = jobs.filter((job) => job.record.desired?.presence !== 'active')

  const inSync = additions.filter((job) => isApplied(job))
  const located = await locate(ports, batch, removals)
  const gone = removals.filter((job) => located.get(job.jobId) === null)
  const nothing: Finished[] = [
    ...inSync.map((job) => {
      const write = prepare(job, job.record.applied)
      return { job, what: 'in sync', written: written(write, job.record.zendeskId) }
    }),
    ...gone.map((job) => ({ job, what: 'in sync', written: written(prepare(job, null), null) })),
  ]
  const adding = await withDefaults(
    ports,
    additions.filter((job) => !inSync.includes(job)).map((job) => prepare(job, pairOf(job))),
  )
  const waiting = await membersLeavingFirst(ports, batch, removals)
  const removing = removals
    .filter((job) => !gone.includes(job) && !waiting.has(job.jobId))
    .map((job) => prepare(withZendeskId(job, located.get(job.jobId)!), null))
  await handOverTickets(ports, batch, membersLosingTickets(removing.map(({ job }) => job)))
  return new Map([
    ...waiting,
    ...alreadyApplied(await recordWritten(ports, nothing, batch.token)),
    ...(await send(ports, batch, memberAddition(ports), adding)),
    ...(await send(ports, batch, memberRemoval(ports), removing)),
  ])
}

/**
 * A membership is applied only for the pair of Zendesk ids it was written with, and while no removal was sent since.
 */
function isApplied({ record, sides }: Job): boolean {
  return (
    record.unconfirmed.length === 0 &&
    record.applied?.presence === 'active' &&
    record.applied.userZendeskId === sides.user &&
    record.applied.groupZendeskId === sides.group
  )
}

function pairOf({ sides }: Job): AppliedMembership {
  return { presence: 'active', userZendeskId: sides.user!, groupZendeskId: sides.group!, membershipZendeskId: null }
}

function prepare(job: Job, applied: AppliedMembership | null): MembershipPrepared {
  return { job, body: {}, sent: ['membership'], applied, email: null, externalId: null, suspendedByUs: false }
}

/**
 * The additions, with those marked that give users their default group: by the mapping, or back with their seat
 * (`settle-entitlements.ts`).
 */
async function withDefaults(
  { records }: Needs<'records'>,
  additions: readonly MembershipPrepared[],
): Promise<MembershipPrepared[]> {
  const users = additions.map(({ job }) => membershipSides(job.ref.id).userId)
  const entitlements = await records.entitlementsOf(users)
  const mapped = await mappedDefaults({ records }, users)
  return additions.map((write, i) => {
    const isDefault = (mapped[i] ?? entitlements[i]?.defaultGroup) === write.job.sides.group
    return isDefault ? { ...write, body: { default: true } } : write
  })
}

/**
 * Zendesk's ids of the memberships to remove; null for one that Zendesk does not have. Unknown ones are read per user.
 */
async function locate(
  { zendesk }: Needs<'zendesk'>,
  batch: Batch,
  jobs: readonly Job[],
): Promise<Map<string, number | null>> {
  const ids = new Map<string, number | null>()
  const ofUsers = new Map<number, Promise<GroupMembership[]>>()
  for (const job of jobs) {
    const { applied, zendeskId, unconfirmed } = job.record
    const known = unconfirmed.length > 0 ? null : (applied?.membershipZendeskId ?? zendeskId)
    const user = applied?.userZendeskId ?? job.sides.user
    const group = applied?.groupZendeskId ?? job.sides.group
    if (known != null) ids.set(job.jobId, known)
    else if (user === null || group === null) ids.set(job.jobId, null)
    else {
      if (!ofUsers.has(user)) ofUsers.set(user, zendesk.memberships.ofUser(user, callOptions(batch)))
      const found = (await ofUsers.get(user)!.catch(emptyIfMissing)).find((membership) => membership.group_id === group)
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
