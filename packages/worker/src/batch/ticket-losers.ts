import { membershipSides } from '@provisioner/shared/entity.ts'
import type { AppliedMembership, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { isLowerRole } from '@provisioner/shared/role-rank.ts'
import { isEndUser } from '../entity/end-sessions.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs, WriteSettings } from '../ports.ts'

/** A team member who is about to lose the tickets of a group, or all of them. */
export interface TicketLoser {
  readonly job: OpenJob
  readonly zendeskId: number
  /** Zendesk's id; null for all groups. */
  readonly groupId: number | null
}

/** Of writes of users, those after which a team member can't answer tickets any more. */
export function usersLosingTickets(writes: readonly PreparedWrite<UserRecord>[]): TicketLoser[] {
  return writes.flatMap(({ job, body }) => {
    const { record } = job
    const isLower = body['role'] === 'end-user' && isLowerRole(body['role'], record.applied?.attributes['role'])
    const loses = record.desired?.presence === 'deleted' || body['suspended'] === true || isLower
    if (!loses || record.zendeskId === null || isEndUser(record)) return []
    return [{ job, zendeskId: record.zendeskId, groupId: null }]
  })
}

/** Of jobs of memberships, those that end one, with the group whose tickets go. */
export function membersLosingTickets(jobs: readonly OpenJob<MembershipRecord>[]): TicketLoser[] {
  return jobs.flatMap((job) => {
    const applied: AppliedMembership | null = job.record.applied
    const zendeskId = applied?.userZendeskId ?? job.sides.user
    const groupId = applied?.groupZendeskId ?? job.sides.group
    return zendeskId === null || groupId === null ? [] : [{ job, zendeskId, groupId }]
  })
}

/**
 * The jobs of memberships whose user is about to be removed, given back: that goes first, with the tickets of all
 * groups, which else would be moved twice. Where Zendesk refuses the user's removal, nothing waits for it.
 */
export async function membersLeavingFirst(
  ports: Needs<'ledger' | 'records' | 'settings'>,
  batch: Batch,
  jobs: readonly OpenJob<MembershipRecord>[],
): Promise<Map<string, Outcome>> {
  if (!movesTickets(ports.settings) || jobs.length === 0) return new Map()
  const ids = [...new Set(jobs.map(({ ref }) => membershipSides(ref.id).userId))]
  const users = await ports.records.records<UserRecord>('user', ids)
  const going = new Set(users.flatMap((user) => (user && isGoing(user) ? [user.id] : [])))
  const waiting = jobs.filter(({ ref }) => going.has(membershipSides(ref.id).userId))
  await ports.ledger.giveBack(
    waiting.map(({ ref }) => ref),
    batch.token,
    { noEffect: true },
  )
  const why = "The user's own removal goes first, with their tickets"
  return new Map(waiting.map(({ jobId }) => [jobId, { status: 'later', why, ms: WAITS.anotherWriteMs }]))
}

function isGoing({ desired, revision, appliedRevision, zendeskId, rejection }: UserRecord): boolean {
  const waits = revision > appliedRevision && zendeskId !== null && rejection === null
  return waits && desired !== null && desired.presence !== 'active'
}

/** Whether `users.remove.tickets` has us give anybody's tickets to others. */
export function movesTickets({ tickets }: WriteSettings): boolean {
  return tickets.to === 'group' || tickets.to === 'user'
}
