import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Outcome } from '../outcome.ts'
import type { BatchContext, OpenJob } from './context.ts'
import { giveBack } from './give-back.ts'
import { judgeError, rejected } from './judge-error.ts'

/** Zendesk's words for a user whose tickets keep them from being deleted. */
export function isOpenTicketsRefusal(words: string): boolean {
  return /requester on \d+ ticket|tickets? that (is|are) not closed/i.test(words)
}

/**
 * Zendesk deletes nobody who is the requester of open tickets. A leaver must not keep access for that: the user is suspended,
 * which is reported, and the deletion stays desired; it is tried again once a day.
 *
 * @param options have to ask, right before the request goes out, whether the entity is still ours: the user may be back
 */
export async function suspendInstead(
  context: BatchContext,
  job: OpenJob<UserRecord>,
  by: string,
  words: string,
  options: CallOptions,
): Promise<Outcome> {
  const { record, ref } = job
  const { zendeskId, applied, label, revision } = record
  if (zendeskId === null || applied === null) return { status: 'retry', why: words }
  if (record.desired?.presence !== 'deleted') return giveBack(context, job, by, isBack(label), 'none')
  try {
    if (applied.presence !== 'suspended') {
      await context.zendesk.users.update(zendeskId, { suspended: true }, options)
      const suspended = { ...applied, presence: 'suspended' as const }
      const { answers } = await context.ledger.record(
        [{ ref, revision, applied: suspended, zendeskId, origin: null, suspendedByUs: true, linkOnly: true }],
        by,
      )
      if (answers[0] === 'stale') return isBack(label)
    }
  } catch (error) {
    const { outcome, effect } = judgeError(error)
    return giveBack(context, job, by, outcome, effect)
  }
  const why = `Zendesk does not delete '${label}': ${words}; the user is suspended instead`
  const todo = 'Close or reassign the tickets; the deletion is tried again once a day, or when its job is retried'
  return giveBack(context, job, by, rejected('OPEN_TICKETS', why, todo), 'none')
}

function isBack(label: string): Outcome {
  return { status: 'later', why: `The directory wants something else of '${label}' by now`, ms: 20 }
}
