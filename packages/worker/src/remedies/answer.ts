import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { Effect } from '../entity/give-back.ts'
import { LeaseLostError } from '../entity/lease-lost-error.ts'
import { PausedError } from '../paused-error.ts'
import { isCollision, isOpenTickets } from './zendesk-words.ts'

/**
 * What came back of one write that did not succeed, whether it went out alone or as an item of a bulk write.
 *
 *   answer    | stands for
 *   ----------|---------------------------------------------------------------------------------------------------
 *   wait      | a limit, credentials, a scope, or a lease that ended before anything was sent: no job is at fault
 *   again     | a collision with another write; or nothing was sent
 *   none such | Zendesk has no such object
 *   forbidden | the API's user may not
 *   no        | refused, with words that say why
 *   unclear   | nothing that says what became of it: it may have taken effect
 */
export type Answer =
  /** @param midway it was not sent, and what the same write had sent before may have taken effect */
  | { readonly said: 'wait'; readonly words: string; readonly ms: number; readonly midway?: boolean }
  | { readonly said: 'again' | 'none such' | 'forbidden' | 'no'; readonly words: string }
  /** @param lost the answer that names the job status was lost: that is nobody's fault, and costs no attempt */
  | { readonly said: 'unclear'; readonly words: string; readonly afterMs?: number; readonly lost?: boolean }

/**
 * What an error of a request says of all that was in it.
 *
 *   error            | answer
 *   -----------------|-----------------------------------------------
 *   rate limited     | wait, until Retry-After ends
 *   too many jobs    | wait
 *   unauthenticated  | wait
 *   forbidden        | forbidden; for want of a scope: wait
 *   not found        | none such
 *   conflict         | again
 *   invalid          | no; again, when its words are those of a collision
 *   batch refused    | no
 *   unavailable      | unclear, after Retry-After
 *   unanswered       | unclear; again when nothing was sent
 *   unreadable       | unclear
 *   lease lost       | wait
 *   paused           | wait
 *   anything else    | unclear: Redis failed, or we did
 */
export function answerOf(error: unknown): Answer {
  if (error instanceof PausedError) return { said: 'wait', words: error.message, ms: WAITS.pausedMs, midway: true }
  if (error instanceof LeaseLostError) return { said: 'wait', words: error.message, ms: WAITS.anotherWriteMs }
  if (!(error instanceof ZendeskError))
    return { said: 'unclear', words: error instanceof Error ? error.message : String(error) }
  const { problem, message: words } = error
  switch (problem.kind) {
    case 'rate limited':
      return { said: 'wait', words, ms: problem.retryAfterMs ?? WAITS.limitMs }
    case 'too many jobs':
      return { said: 'wait', words, ms: WAITS.limitMs }
    case 'unauthenticated':
      return { said: 'wait', words, ms: WAITS.credentialsMs }
    case 'forbidden':
      return problem.scopes ? { said: 'wait', words, ms: WAITS.scopeMs } : { said: 'forbidden', words }
    case 'not found':
      return { said: 'none such', words }
    case 'conflict':
      return { said: 'again', words }
    case 'invalid':
      return { said: problem.details.some((one) => isPassing(one.error, one.description)) ? 'again' : 'no', words }
    case 'batch refused':
      return { said: 'no', words }
    case 'unavailable':
      return { said: 'unclear', words, ...(problem.retryAfterMs !== undefined && { afterMs: problem.retryAfterMs }) }
    case 'unanswered':
      return { said: problem.sent === false ? 'again' : 'unclear', words }
    case 'unreadable':
      return { said: 'unclear', words }
    default:
      throw new TypeError(`No answer for ${JSON.stringify(problem satisfies never)}`)
  }
}

/** Whether what was sent may have taken effect all the same. */
export function effectOf(answer: Answer): Effect {
  const isMidway = answer.said === 'wait' && answer.midway === true
  return answer.said === 'unclear' || isMidway ? 'unknown' : 'none'
}

/** A failed item of a bulk write, in Zendesk's words. */
export interface FailedItem {
  /** Zendesk's code; empty where it gives none. */
  readonly error: string
  readonly details: string
}

/** The words of a failed item, for people. */
export function wordsOf({ error, details }: FailedItem): string {
  return [error, details].filter(Boolean).join(': ')
}

/**
 * What a failed item of a bulk write says. Its words alone say of nobody that they are gone.
 *
 * @param isGone whether Zendesk was asked for the object, and does not have it
 */
export function answerOfItem(item: FailedItem, isGone: boolean): Answer {
  const words = wordsOf(item)
  if (isGone) return { said: 'none such', words }
  return { said: isPassing(item.error, item.details) ? 'again' : 'no', words }
}

/** A user of any name can have open tickets, one who is called like a collision as well. */
function isPassing(code: string | undefined, sentence: string): boolean {
  return isCollision(code, sentence) && !isOpenTickets(sentence)
}
