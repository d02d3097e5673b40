import { describe, expect, it } from 'vitest'
import { readOutstandingWrite } from './outstanding-write.ts'

const USER = JSON.stringify({ presence: 'active', attributes: { name: 'Ada' } })
const PAIR = JSON.stringify({ presence: 'active', userZendeskId: 1, groupZendeskId: 2, membershipZendeskId: null })

function isRead(call: string, change: object, text = (write: object) => JSON.stringify(write)): boolean {
  const kind = call.startsWith('users') ? 'user' : 'membership'
  const about = { jobId: 'j', kind, id: 'a', revision: 1, email: null, externalId: null, suspendedByUs: false }
  const items = [{ ...about, zendeskId: 7, applied: kind === 'user' ? USER : PAIR, ...change }]
  const write = { id: 'w1.b', connection: 'staff', worker: 'w1', call, at: 1, slot: null, items }
  return readOutstandingWrite(text(write)) !== undefined
}

describe('an outstanding write that', () => {
  it.each<[string, string, object, boolean]>([
    ['creates users', 'users create', { zendeskId: null }, true],
    ['creates users, and does not say what is held then', 'users create', { applied: null }, false],
    ['creates users, and says something else', 'users create', { applied: 'true' }, false],
    ['updates users', 'users update', {}, true],
    ['updates a group', 'users update', { kind: 'group' }, false],
    ['updates whom it does not name', 'users update', { zendeskId: null }, false],
    ['deletes users', 'users delete', { applied: null }, true],
    ['deletes whom it does not name', 'users delete', { applied: null, zendeskId: null }, false],
    ['creates memberships', 'memberships create', { zendeskId: null }, true],
    ['creates memberships of nobody', 'memberships create', { applied: null }, false],
    ['creates memberships of a user’s attributes', 'memberships create', { applied: USER }, false],
    ['deletes memberships', 'memberships delete', { applied: null }, true],
    ['deletes memberships that it does not name', 'memberships delete', { zendeskId: null }, false],
  ])('%s is read: %s %j %s', (_what, call, change, expected) => {
    expect(isRead(call, change)).toBe(expected)
  })

  it('is no JSON is not read', () => {
    expect(isRead('users create', {}, () => '{')).toBe(false)
  })
})
