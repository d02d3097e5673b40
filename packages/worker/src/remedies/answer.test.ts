import { expect, it } from 'vitest'
import { ZendeskError, type ZendeskProblem } from '@provisioner/zendesk/errors.ts'
import { LeaseLostError } from '../entity/lease-lost-error.ts'
import { PausedError } from '../paused-error.ts'
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
  [{ kind: 'invalid', details: [] }, ['no', 'rejected', 'none', undefined]],
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
  [
    'a pause, before which something may have gone out',
    new PausedError({ field: '*|all', scope: 'all', by: 'ada', at: 0 }),
    ['wait', 'later', 'unknown', 2_000],
  ],
  ['any other error', new Error('Redis is away'), ['unclear', 'retry', 'unknown', undefined]],
])('%s: %j', (_what, error, expected) => {
  expect(judge(error)).toEqual(expected)
})

it.each<[error: string, details: string, isGone: boolean, Answer['said']]>([
  ['UserNotFound', 'User not found', true, 'none such'],
  ['UserNotFound', 'User not found', false, 'no'],
  ['UserUpdateError', 'Organization does not exist', false, 'no'],
  ['UserUpdateFailed', 'Database collision, please try again', false, 'again'],
  ['DatabaseConflict', '', false, 'again'],
  ['Conflict', 'Requester creation collision', false, 'again'],
  ['UserCreateFailed', 'Email: is not properly formatted', false, 'no'],
  ['UserCreateFailed', 'Email: temporary.staff@acme.com is already being used by another user', false, 'no'],
  ['UserUpdateError', 'Phone: 555-timed out is invalid', false, 'no'],
  ['UserUpdateError', 'Name: Conflict Resolution is not a valid name', false, 'no'],
  ['UserDestroyFailed', 'Database Collision is requester on 2 tickets that are not closed.', false, 'no'],
])('an item of a bulk write that failed, %s: %s (gone: %s): %s', (error, details, isGone, said) => {
  expect(answerOfItem({ error, details }, isGone)).toEqual({ said, words: [error, details].filter(Boolean).join(': ') })
})

it.each([
  ['Requester creation collision - please try again', 'again'],
  ['Name: Conflict Resolution is not a valid name', 'no'],
])('a refusal of a lone write is read as that of an item is, %s: %s', (description, said) => {
  const problem = { kind: 'invalid', details: [{ field: 'base', description }] } as const
  const error = new ZendeskError(problem, { method: 'PUT', path: '/api/v2/users/1' }, description)
  expect(answerOf(error).said).toBe(said)
})
