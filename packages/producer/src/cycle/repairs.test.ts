import { fingerprint } from '@provisioner/shared/desired.ts'
import { expect, it } from 'vitest'
import type { DriftedUser } from './audit-users.ts'
import { markGivenUp, withoutGivenUp } from './repairs.ts'

const DAY_MS = 24 * 60 * 60_000
const user = {
  applied: { presence: 'active', attributes: { phone: '2', notes: 'b', user_fields: { floor: 2 } } },
  written: { phone: '1', notes: 'a', user_fields: { floor: 1 } },
  drift: ['phone', 'notes', 'user_fields.floor'],
  givenUp: [],
} as unknown as DriftedUser
const repair = (print: unknown[], times: number, since = 0) => ({ print: fingerprint(print), times, since })

it.each([
  ['three times', repair(['1', '2'], 3), ['phone']],
  ['twice', repair(['1', '2'], 2), []],
  ['three times from another value', repair(['1', '3'], 3), []],
  ['three times to another value', repair(['0', '2'], 3), []],
  ['three times more than 30 days ago', repair(['1', '2'], 3, -30 * DAY_MS), []],
])('what was set right %s within 30 days', (_what, phone, givenUp) => {
  expect(markGivenUp(user, { phone }, 0).givenUp).toEqual(givenUp)
})

it('of a user is planned as if it had never been changed, and the rest as Zendesk has it', () => {
  const planned = withoutGivenUp({ ...user, givenUp: ['phone', 'user_fields.floor'] })

  expect([planned.drift, planned.applied.attributes]).toEqual([
    ['notes'],
    { phone: '1', notes: 'b', user_fields: { floor: 1 } },
  ])
})
