import { expect, it } from 'vitest'
import type { Failure } from '../batch/match-results.ts'
import { remedyFor, type Remedy } from './judge-item.ts'

const unclear: Failure = { status: 'unclear' }
const failed = (error: string, details = ''): Failure => ({ status: 'failed', error, details })

it.each<[Parameters<typeof remedyFor>[0], Failure, Remedy]>([
  ['users create', unclear, 'write again'],
  ['users update', unclear, 'write again'],
  ['users delete', unclear, 'write again'],
  ['memberships create', unclear, 'write again'],
  [
    'users create',
    failed('UserCreateFailed', 'Email: ada@acme.com is already being used by another user'),
    'link the holder',
  ],
  ['users create', failed('RecordInvalid', 'External has already been taken'), 'link the holder'],
  ['users create', failed('UserCreateFailed', 'Email: is not properly formatted'), 'report'],
  ['users create', failed('UserCreateFailed', 'Organization not found'), 'report'],
  ['users update', failed('UserUpdateFailed', 'Email: ada@acme.com is already being used by another user'), 'report'],
  ['users update', failed('UserNotFound', 'User not found'), 'look for it'],
  ['users delete', failed('UserDestroyFailed', 'Not found'), 'look for it'],
  [
    'users delete',
    failed('UserDestroyFailed', 'Ada is requester on 2 tickets that are not closed.'),
    'suspend instead',
  ],
  ['memberships create', failed('GroupMembershipCreateFailed', 'Not found'), 'find out who is gone'],
  ['memberships delete', failed('GroupMembershipDestroyFailed', 'RecordNotFound'), 'look for it'],
  ['memberships create', failed('GroupMembershipCreateFailed', 'User must be an agent'), 'report'],
  ['users update', failed('UserUpdateFailed', 'Database collision, please try again'), 'try again'],
  ['users create', failed('Conflict', 'Requester creation collision'), 'try again'],
])('%s, %j: %s', (call, result, remedy) => {
  expect(remedyFor(call, result)).toBe(remedy)
})
