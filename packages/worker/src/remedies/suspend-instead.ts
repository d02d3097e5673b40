import type { Problem } from '@provisioner/shared/problem.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Outcome } from '../outcome.ts'
import { endSessions, suspendsTeamMember } from '../entity/end-sessions.ts'
import { giveBack } from '../entity/give-back.ts'
import { losesSeat } from '@provisioner/shared/loses-seat.ts'
import type { OpenJob } from '../entity/open-job.ts'
import type { Needs } from '../ports.ts'
import { answerOf, effectOf } from './answer.ts'
import { plainOutcome, rejected } from './plain-outcome.ts'

/**
 * Zendesk deletes nobody who is the requester of open tickets, and may not let us take somebody's role. A leaver must
 * not keep access for that: the user is suspended, which is reported, and the rest stays desired; it is tried again
 * once a day.
 *
 * @param options have to ask, right before the request goes out, whether the entity is still ours: the user may be back
 */
export async function suspendInstead(
  ports: Needs<'ledger' | 'zendesk' | 'settings' | 'account' | 'report' | 'records'>,
  job: OpenJob<UserRecord>,
  by: string,
  words: string,
  options: CallOptions,
): Promise<Outcome> {
  const { record, ref } = job
  const { zendeskId, applied, label, revision } = record
  if (zendeskId === null || applied === null) return { status: 'retry', why: words }
  if (record.desired?.presence !== 'deleted' && !losesSeat(record))
    return giveBack(ports, job, by, isBack(label), 'none')
  let signedIn: readonly Problem[] = []
  try {
    if (applied.presence !== 'suspended') {
      await ports.zendesk.users.update(zendeskId, { suspended: true }, options)
      const suspended = { ...applied, presence: 'suspended' as const }
      if (suspendsTeamMember({ applied: suspended, sent: ['suspended'] }))
        signedIn = await endSessions(ports, [{ id: ref.id, zendeskId, label, lostSeat: false }])
      const { answers } = await ports.ledger.record(
        [{ ref, revision, applied: suspended, zendeskId, origin: null, suspendedByUs: true, linkOnly: true }],
        by,
      )
      if (answers[0] === 'stale') return isBack(label)
    }
  } catch (error) {
    const answer = answerOf(error)
    return giveBack(ports, job, by, plainOutcome(answer), effectOf(answer))
  }
  const open = signedIn.map(({ what }) => `. ${what}`).join('')
  if (losesSeat(record)) {
    const why = `Zendesk does not let us free the seat of '${label}': ${words}; the user is suspended, and keeps it${open}`
    return giveBack(ports, job, by, rejected('SEAT_NOT_FREED', why, FREE_BY_HAND), 'none')
  }
  const why = `Zendesk does not delete '${label}': ${words}; the user is suspended instead${open}`
  const todo = 'Close or reassign the tickets; the deletion is tried again once a day, or when its job is retried'
  return giveBack(ports, job, by, rejected('OPEN_TICKETS', why, todo), 'none')
}

const FREE_BY_HAND =
  "Lower their role in Zendesk, or let the API's user do it; it is tried again once a day, or when its job is retried"

function isBack(label: string): Outcome {
  return { status: 'later', why: `The directory wants something else of '${label}' by now`, ms: WAITS.atOnceMs }
}
