import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { BatchContext, OpenJob } from '../batch/context.ts'
import { adoptDuplicate } from '../batch/adopt-duplicate.ts'
import { rejected } from '../batch/judge-error.ts'
import type { ItemResult } from '../batch/match-results.ts'
import type { Outcome } from '../outcome.ts'
import { describeRefusal, membershipRefusal, membershipSideGone } from '../batch/describe-refusal.ts'
import { isOpenTicketsRefusal, suspendInstead } from '../batch/suspend-instead.ts'

/**
 * What a bulk write's item that did not succeed comes to. `handled` outcomes are recorded already.
 *
 *   result                                | outcome
 *   --------------------------------------|--------------------------------
 *   unclear                               | later: it is written again
 *   creation, the address is taken        | linked, or rejected by owner
 *   deletion, open tickets                | suspended instead, and rejected
 *   update or deletion, no such user      | unlinked: looked for, or created anew
 *   membership, no such user or group     | rejected: the next cycles find out which of them is gone
 *   a collision, a time-out               | retry
 *   anything else                         | rejected, with Zendesk's words
 */
export async function judgeItem(
  context: BatchContext,
  write: OutstandingWrite,
  job: OpenJob,
  item: OutstandingItem,
  result: ItemResult,
): Promise<{ handled: boolean; outcome: Outcome }> {
  if (result.status !== 'failed')
    return {
      handled: false,
      outcome: {
        status: 'later',
        why: 'Zendesk does not say what became of it; it is looked up and written again',
        ms: 500,
      },
    }
  const words = [result.error, result.details].filter(Boolean).join(': ')
  if (item.kind === 'user' && write.call === 'users create' && isDuplicate(words))
    return { handled: true, outcome: await adoptDuplicate(context, job as OpenJob<UserRecord>, write.id) }
  if (write.call === 'users delete' && isOpenTicketsRefusal(words))
    return { handled: true, outcome: await suspendInstead(context, job as OpenJob<UserRecord>, write.id, words) }
  if (write.call === 'memberships create' && isMissing(words))
    return { handled: false, outcome: membershipSideGone(job.record.label, words) }
  if (write.call !== 'users create' && isMissing(words)) {
    await context.ledger.unlink(job.ref, write.id)
    return {
      handled: true,
      outcome: { status: 'later', why: `Zendesk has no such ${item.kind} any more; it is looked for`, ms: 500 },
    }
  }
  if (isPassing(words))
    return {
      handled: false,
      outcome: { status: 'retry', why: `Zendesk could not write '${job.record.label}': ${words}` },
    }
  if (item.kind === 'membership')
    return { handled: false, outcome: membershipRefusal(job.record.label, words, write.call === 'memberships delete') }
  return { handled: false, outcome: rejected(...describeRefusal(job.record.label, words)) }
}

/** Zendesk's words for an address or an external id that another user has. */
export function isDuplicate(words: string): boolean {
  return /already (being used|been taken)|DuplicateValue|has already been taken/i.test(words)
}

/** Words of an item that failed for a passing reason: a collision with another write, a time-out of the database. */
function isPassing(words: string): boolean {
  return /conflict|collision|timed? ?out|try again|temporar/i.test(words)
}

function isMissing(words: string): boolean {
  return /not ?found|does not exist|RecordNotFound/i.test(words)
}
