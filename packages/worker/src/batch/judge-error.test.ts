import { expect, it } from 'vitest'
import { ZendeskError, type ZendeskProblem } from '@provisioner/zendesk/errors.ts'
import { judgeError } from './judge-error.ts'

const judge = (problem: ZendeskProblem) => {
  const { outcome, effect } = judgeError(new ZendeskError(problem, { method: 'PUT', path: '/api/v2/users/1' }, 'Words'))
  const ms = outcome.status === 'later' ? outcome.ms : outcome.status === 'retry' ? outcome.afterMs : undefined
  return [outcome.status, effect, ms]
}

it.each<[ZendeskProblem, ReturnType<typeof judge>]>([
  [{ kind: 'rate limited', scope: 'account', retryAfterMs: 7_000 }, ['later', 'none', 7_000]],
  [{ kind: 'rate limited', scope: 'one user' }, ['later', 'none', 10_000]],
  [{ kind: 'too many jobs' }, ['later', 'none', 10_000]],
  [{ kind: 'unauthenticated' }, ['later', 'none', 15_000]],
  [{ kind: 'forbidden' }, ['rejected', 'none', undefined]],
  [{ kind: 'forbidden', scopes: ['users:write'] }, ['later', 'none', 120_000]],
  [{ kind: 'not found' }, ['retry', 'none', undefined]],
  [{ kind: 'conflict' }, ['retry', 'none', undefined]],
  [{ kind: 'invalid' }, ['rejected', 'none', undefined]],
  [{ kind: 'batch refused' }, ['rejected', 'none', undefined]],
  [{ kind: 'unavailable', retryAfterMs: 1_000 }, ['retry', 'unknown', 1_000]],
  [{ kind: 'unanswered', sent: false }, ['retry', 'none', undefined]],
  [{ kind: 'unanswered', sent: true }, ['retry', 'unknown', undefined]],
  [{ kind: 'unreadable' }, ['retry', 'unknown', undefined]],
] as [ZendeskProblem, ReturnType<typeof judge>][])('%j: %j', (problem, expected) => {
  expect(judge(problem)).toEqual(expected)
})
