import { describe, expect, it } from 'vitest'
import { givenBack, seatAtLeast, withEntitlements } from './give-back-seat.ts'
import { recordWith } from './plan-user.fixture.ts'

const held = { email: 'ada@acme.com', role: 'end-user', custom_role_id: null }
const attributes = { role: 'agent', custom_role_id: 71, ticket_restriction: 'groups' }
const entitlements = { attributes, groups: [1, 2], defaultGroup: 2 }
const back = (wanted: object, kept: Parameters<typeof withEntitlements>[1], now: object = held) =>
  givenBack(
    wanted as typeof held,
    withEntitlements(now as typeof held, kept, { allowAdmin: false }),
    now as typeof held,
  )

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

  it('is no admin again unless the mapping may make admins', () => {
    const admin = { ...entitlements, attributes: { role: 'admin' } }
    const roleWith = (allowAdmin: boolean) => withEntitlements(held, admin, { allowAdmin })['role']

    expect([roleWith(false), roleWith(true)]).toEqual(['agent', 'admin'])
  })

  it.each([
    ['waits', { revision: 8, operation: 'suspend user', changed: ['role', 'suspended'] }, []],
    ['was sent, and is not recorded', {}, ['role', 'suspended']],
  ] as const)('is taken for an end user while the suspension that takes the seat %s', (_how, changes, unconfirmed) => {
    const agent = { email: 'ada@acme.com', role: 'agent', custom_role_id: 71, agent_brand_ids: [1], moderator: true }
    const record = recordWith(
      { presence: 'active', attributes: agent },
      {
        ...changes,
        unconfirmed,
        desired: { presence: 'suspended', attributes: {}, createOnly: [], tagsMode: 'merge' },
      },
    )

    expect(seatAtLeast(agent, record)).toEqual(held)
    expect(seatAtLeast(agent, { ...record, revision: 7, unconfirmed: [] })).toEqual(agent)
  })
})
