import { membershipSides } from '@provisioner/shared/entity.ts'
import { isRefusedForTickets, LEAVER_HAS_TICKETS } from '@provisioner/shared/admin-refusals.ts'
import type { AppliedMembership, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { isLowerRole } from '@provisioner/shared/role-rank.ts'
import { isEndUser } from '../entity/end-sessions.ts'
import { giveBack } from '../entity/give-back.ts'
import { losesSeat } from '@provisioner/shared/loses-seat.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs, WriteSettings } from '../ports.ts'
import { rejected } from '../remedies/plain-outcome.ts'

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
    const loses = record.desired?.presence === 'deleted' || body['suspended'] === true || isLower || losesSeat(record)
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
 * groups, which else would be moved twice.
 *
 *   the user's removal              | the end of the membership
 *   --------------------------------|---------------------------------------------------
 *   is none, or written             | goes out
 *   waits to be written             | waits
 *   waits for an admin's approval   | refused, until something is released of the user
 *   was refused for another reason  | goes out
 */
export async function membersLeavingFirst(
  ports: Needs<'ledger' | 'records' | 'settings' | 'report' | 'account'>,
  batch: Batch,
  jobs: readonly OpenJob<MembershipRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (ports.settings.tickets.to === 'leave' || jobs.length === 0) return outcomes
  const ids = [...new Set(jobs.map(({ ref }) => membershipSides(ref.id).userId))]
  const users = await ports.records.records<UserRecord>('user', ids)
  const byId = new Map(ids.map((id, i) => [id, users[i]]))
  for (const job of jobs) {
    const user = byId.get(membershipSides(job.ref.id).userId)
    const outcome = user && afterRemovalOf(user)
    if (outcome) outcomes.set(job.jobId, await giveBack(ports, job, batch.token, outcome, 'none'))
  }
  return outcomes
}

function afterRemovalOf(user: UserRecord): Outcome | undefined {
  const { desired, revision, appliedRevision, zendeskId, rejection, id, label } = user
  const isGoing = revision > appliedRevision && zendeskId !== null && desired !== null && desired.presence !== 'active'
  if (!isGoing) return undefined
  if (rejection === null) {
    const why = "The user's own removal goes first, with their tickets"
    return { status: 'later', why, ms: WAITS.anotherWriteMs }
  }
  if (!isRefusedForTickets(user)) return undefined
  const why = `The removal of '${label}' waits for an admin's approval, as they have open tickets`
  return rejected(LEAVER_HAS_TICKETS, why, ABOUT_TICKETS, { id, revision, appliedRevision })
}

/** What an admin does about somebody who stays for their open tickets. */
export const ABOUT_TICKETS =
  "The next cycle shows the removal under 'provisioner held' (users): approve it there, or have the tickets closed or " +
  'given to others first, and retry the job'

/** Whether `users.remove.tickets` has us give anybody's tickets to others. */
export function movesTickets({ tickets }: WriteSettings): boolean {
  return tickets.to === 'group' || tickets.to === 'user'
}
