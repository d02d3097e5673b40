import { sentence } from '@provisioner/shared/sentence.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { HistoryAwayError, HistorySchemaError } from '../database/history-errors.ts'

/** What is told while nothing can be written to the history; without an error, what it is about. */
export function awayProblem(account: string, error?: HistoryAwayError | HistorySchemaError): Problem {
  return {
    code: 'HISTORY_AWAY',
    subject: 'account',
    id: `${account}.history`,
    what: sentence(error?.message ?? 'The history is away').replace(/\.$/, ''),
    todo:
      'Mend what is said there: a disk without room, a folder that may not be written, a server that is down. What ' +
      'happens meanwhile waits in Redis, and nothing else waits for it',
  }
}
