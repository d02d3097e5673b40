import { describe, expect, it } from 'vitest'
import { givenBack, withEntitlements } from './give-back-seat.ts'

const held = { email: 'ada@acme.com', role: 'end-user', custom_role_id: null }
const attributes = { role: 'agent', custom_role_id: 71, ticket_restriction: 'groups' }
const entitlements = { attributes, groups: [1, 2], defaultGroup: 2 }
const back = (wanted: object, kept: Parameters<typeof withEntitlements>[1], now: object = held) =>
  givenBack(wanted as typeof held, withEntitlements(now as typeof held, kept), now as typeof held)

describe('who is back', () => {
  it.each([
    ['gets what the entry says nothing of', { name: 'Ada' }, { name: 'Ada', ...attributes }],
    [
      'gets what the entry says where it says something',
      { role: 'agent', custom_role_id: 9 },
      { ...attributes, custom_role_id: 9 },
    ],
    ['gets nothing of it as an end user', { role: 'end-user' }, { role: 'end-user' }],
  ])('%s', (_what, wanted, expected) => {
    expect(back(wanted, entitlements)).toEqual(expected)
  })

  it('gets nothing when nothing was kept, or but a default group', () => {
    expect(back({ name: 'Ada' }, undefined)).toEqual({ name: 'Ada' })
    expect(back({ name: 'Ada' }, { attributes: {}, groups: [], defaultGroup: 2 })).toEqual({ name: 'Ada' })
  })

  it('is left as Zendesk holds them when their seat was never taken', () => {
    expect(back({ name: 'Ada' }, entitlements, { ...held, role: 'agent', custom_role_id: 71 })).toEqual({ name: 'Ada' })
  })
})
