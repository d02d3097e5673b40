import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { BatchContext, OpenJob } from '../batch/context.ts'
import { adoptDuplicate } from '../batch/adopt-duplicate.ts'
import { settlingWrite } from '../batch/held-write.ts'
import { rejected } from '../batch/judge-error.ts'
import type { Failure } from '../batch/match-results.ts'
import type { Outcome } from '../outcome.ts'
import { describeRefusal, membershipRefusal, membershipSideGone } from '../batch/describe-refusal.ts'
import { isOpenTicketsRefusal, suspendInstead } from '../batch/suspend-instead.ts'

/** What to do about an item of a bulk write that did not succeed. */
export type Remedy =
  | 'write again'
  | 'link the holder'
  | 'suspend instead'
  | 'find out who is gone'
  | 'look for it'
  | 'try again'
  | 'report'

/**
 * What the result of an item that did not succeed calls for.
 *
 *   result                                | remedy
 *   --------------------------------------|---------------------
 *   unclear                               | write again, after a look-up
 *   creation, the address is taken        | link the holder
 *   deletion, open tickets                | suspend instead
 *   addition, no such user or group       | find out who is gone
 *   update, deletion, removal: none such  | look for it
 *   a collision, a time-out               | try again
 *   anything else                         | report, with Zendesk's words
 */
export function remedyFor(call: OutstandingWrite['call'], result: Failure): Remedy {
  if (result.status === 'unclear') return 'write again'
  const words = wordsOf(result)
  if (call === 'users create' && isDuplicate(words)) return 'link the holder'
  if (call === 'users delete' && isOpenTicketsRefusal(words)) return 'suspend instead'
  if (call === 'memberships create' && isMissing(words)) return 'find out who is gone'
  if (call !== 'users create' && isMissing(words)) return 'look for it'
  return isPassing(words) ? 'try again' : 'report'
}

/** Carries the remedy out. `handled` outcomes are recorded already. */
export async function judgeItem(
  context: BatchContext,
  write: OutstandingWrite,
  job: OpenJob,
  item: OutstandingItem,
  result: Failure,
): Promise<{ handled: boolean; outcome: Outcome }> {
  const { label } = job.record
  const words = wordsOf(result)
  const remedy = remedyFor(write.call, result)
  switch (remedy) {
    case 'write again': {
      const why = 'Zendesk does not say what became of it; it is looked up and written again'
      // A lost answer is nobody's fault; a Zendesk that never says would be asked for ever.
      const isLost = result.status === 'unclear' && result.lost
      return { handled: false, outcome: isLost ? { status: 'later', why, ms: 500 } : { status: 'retry', why } }
    }
    case 'link the holder':
      return { handled: true, outcome: await adoptDuplicate(context, job as OpenJob<UserRecord>, write.id) }
    case 'suspend instead': {
      const options = settlingWrite(context, write.id, job.ref)
      const outcome = await suspendInstead(context, job as OpenJob<UserRecord>, write.id, words, options)
      return { handled: true, outcome }
    }
    case 'find out who is gone':
      return { handled: false, outcome: membershipSideGone(label, words) }
    case 'look for it': {
      await context.ledger.unlink(job.ref, write.id)
      // An attempt, and not for free: whom Zendesk shows and then denies would be looked for without end.
      const why = `Zendesk has no such ${item.kind} any more (${words}); it is looked for`
      return { handled: true, outcome: { status: 'retry', why } }
    }
    case 'try again':
      return { handled: false, outcome: { status: 'retry', why: `Zendesk could not write '${label}': ${words}` } }
    case 'report': {
      const isMembership = item.kind === 'membership'
      const refusal = isMembership
        ? membershipRefusal(label, words, write.call === 'memberships delete')
        : rejected(...describeRefusal(label, words))
      return { handled: false, outcome: refusal }
    }
    default:
      throw new TypeError(`No remedy ${String(remedy satisfies never)}`)
  }
}

function wordsOf(result: Failure): string {
  return result.status === 'failed' ? [result.error, result.details].filter(Boolean).join(': ') : ''
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
