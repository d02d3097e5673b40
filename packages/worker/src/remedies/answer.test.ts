import { expect, it } from 'vitest'
import { ZendeskError, type ZendeskProblem } from '@provisioner/zendesk/errors.ts'
import { LeaseLostError } from '../entity/lease-lost-error.ts'
import { answerOf, answerOfItem, effectOf, type Answer } from './answer.ts'
import { plainOutcome } from './plain-outcome.ts'

const judge = (error: unknown) => {
  const answer = answerOf(error)
  const outcome = plainOutcome(answer)
  const ms = outcome.status === 'later' ? outcome.ms : outcome.status === 'retry' ? outcome.afterMs : undefined
  return [answer.said, outcome.status, effectOf(answer), ms]
}

it.each<[ZendeskProblem, ReturnType<typeof judge>]>([
  [{ kind: 'rate limited', scope: 'account', retryAfterMs: 7_000 }, ['wait', 'later', 'none', 7_000]],
  [{ kind: 'rate limited', scope: 'one user' }, ['wait', 'later', 'none', 10_000]],
  [{ kind: 'too many jobs' }, ['wait', 'later', 'none', 10_000]],
  [{ kind: 'unauthenticated' }, ['wait', 'later', 'none', 15_000]],
  [{ kind: 'forbidden' }, ['forbidden', 'rejected', 'none', undefined]],
  [{ kind: 'forbidden', scopes: ['users:write'] }, ['wait', 'later', 'none', 120_000]],
  [{ kind: 'not found' }, ['none such', 'retry', 'none', undefined]],
  [{ kind: 'conflict' }, ['again', 'retry', 'none', undefined]],
  [{ kind: 'invalid' }, ['no', 'rejected', 'none', undefined]],
  [{ kind: 'batch refused' }, ['no', 'rejected', 'none', undefined]],
  [{ kind: 'unavailable', retryAfterMs: 1_000 }, ['unclear', 'retry', 'unknown', 1_000]],
  [{ kind: 'unanswered', sent: false }, ['again', 'retry', 'none', undefined]],
  [{ kind: 'unanswered', sent: true }, ['unclear', 'retry', 'unknown', undefined]],
  [{ kind: 'unreadable' }, ['unclear', 'retry', 'unknown', undefined]],
] as [ZendeskProblem, ReturnType<typeof judge>][])('an error of Zendesk’s, %j: %j', (problem, expected) => {
  expect(judge(new ZendeskError(problem, { method: 'PUT', path: '/api/v2/users/1' }, 'Words'))).toEqual(expected)
})

it.each([
  ['a lease that ended', new LeaseLostError('user ada'), ['wait', 'later', 'none', 1_000]],
  ['any other error', new Error('Redis is away'), ['unclear', 'retry', 'unknown', undefined]],
])('%s: %j', (_what, error, expected) => {
  expect(judge(error)).toEqual(expected)
})

it.each<[words: string, creates: boolean, Answer['said']]>([
  ['UserNotFound: User not found', false, 'none such'],
  ['UserDestroyFailed: Not found', false, 'none such'],
  ['GroupMembershipDestroyFailed: RecordNotFound', false, 'none such'],
  ['UserCreateFailed: Organization not found', true, 'no'],
  ['UserUpdateFailed: Database collision, please try again', false, 'again'],
  ['Conflict: Requester creation collision', true, 'again'],
  ['UserCreateFailed: Email: is not properly formatted', true, 'no'],
  ['UserCreateFailed: Email: temporary.staff@acme.com is already being used by another user', true, 'no'],
  ['UserDestroyFailed: Max Conflict is requester on 2 tickets that are not closed.', false, 'no'],
])('an item of a bulk write that failed, %s (creation: %s): %s', (words, creates, said) => {
  expect(answerOfItem(words, creates)).toEqual({ said, words })
})
