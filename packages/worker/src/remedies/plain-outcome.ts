import type { InTheWay } from '@provisioner/shared/ledger/record.ts'
import type { RefusalCode } from '@provisioner/shared/refusal-codes.ts'
import type { Outcome } from '../outcome.ts'
import type { Answer } from './answer.ts'

/**
 * The outcome of a job that an answer keeps from being written, where nothing more is known of what was asked.
 *
 *   answer           | outcome
 *   -----------------|------------------------------------
 *   wait             | later
 *   again, none such | retry
 *   unclear          | retry, after Retry-After
 *   forbidden        | rejected: FORBIDDEN
 *   no               | rejected: REFUSED
 */
export function plainOutcome(answer: Answer): Outcome {
  const { said, words } = answer
  switch (said) {
    case 'wait':
      return { status: 'later', why: words, ms: answer.ms }
    case 'again':
    case 'none such':
      return { status: 'retry', why: words }
    case 'unclear':
      return { status: 'retry', why: words, ...(answer.afterMs !== undefined && { afterMs: answer.afterMs }) }
    case 'forbidden':
      return rejected(
        'FORBIDDEN',
        words,
        "Give the API's user or OAuth client the right that Zendesk names, then retry",
      )
    case 'no':
      return rejected('REFUSED', words, 'Correct the value in the directory or in the mapping')
    default:
      throw new TypeError(`No outcome for ${String(said satisfies never)}`)
  }
}

export function rejected(code: RefusalCode, why: string, todo: string, inTheWay?: InTheWay): Outcome {
  return { status: 'rejected', code, why, todo, ...(inTheWay && { inTheWay }) }
}
