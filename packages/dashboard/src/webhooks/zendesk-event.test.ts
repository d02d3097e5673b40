import { expect, it } from 'vitest'
import { readEvent } from './zendesk-event.ts'

const event = (type: string, rest: object = {}) =>
  JSON.stringify({ id: 'e-1', type: `zen:event-type${type}`, detail: { id: '7' }, event: {}, ...rest })

it.each([
  [':user.name_changed', {}, { user: 7 }],
  ['/user.identity_changed', {}, { user: 7 }],
  [':user.deleted', { detail: { id: 7 } }, { user: 7 }],
  [
    ':user.group_membership_created',
    { event: { group_id: '9' } },
    { user: 7, membership: { group: 9, isThere: true } },
  ],
  [
    ':user.group_membership_deleted',
    { event: { group: { id: 9 } } },
    { user: 7, membership: { group: 9, isThere: false } },
  ],
  [':user.group_membership_deleted', { event: 'odd' }, { user: 7, membership: { group: undefined, isThere: false } }],
])('%s, %j tells of %j', (type, rest, told) => {
  expect(readEvent(event(type, rest))).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/), ...told })
})

it.each([
  [':user.last_login_changed', {}, 'none'],
  [':ticket.created', { detail: { id: 'T' } }, 'none'],
  [':user.name_changed', { detail: { id: 'x' } }, undefined],
  [':user.name_changed', { detail: {} }, undefined],
  [':user.name_changed', { id: 7 }, undefined],
])('%s, %j is told as %j', (type, rest, told) => {
  expect(readEvent(event(type, rest))).toBe(told)
})

it.each(['', 'no JSON', '[]', 'null'])('%j is no event', (text) => {
  expect(readEvent(text)).toBeUndefined()
})
