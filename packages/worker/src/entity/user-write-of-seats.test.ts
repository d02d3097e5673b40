import type { DesiredUser } from '@provisioner/shared/desired.ts'
import { describe, expect, it } from 'vitest'
import { holds, record } from './user-write.fixture.ts'
import { userWrite } from './user-write.ts'

describe('userWrite', () => {
  it('takes a seat with the access of whom was just adopted as well, and forgets what Zendesk takes with it', () => {
    const held = holds({
      name: 'Ada',
      role: 'agent',
      agent_brand_ids: [1],
      ticket_restriction: 'groups',
      moderator: true,
    })
    const leaving = record({ presence: 'suspended', attributes: { role: 'end-user' } }, held, {
      operation: 'suspend user',
      changed: ['role', 'suspended'],
      origin: 'adopted',
      appliedRevision: 0,
    })

    expect(userWrite(leaving)).toEqual({
      call: 'update',
      body: { role: 'end-user', suspended: true },
      email: null,
      applied: holds({ name: 'Ada', role: 'end-user' }, 'suspended'),
    })
  })

  it('sends what goes with a seat again while nobody knows whether a suspension has taken it', () => {
    const held = holds({ role: 'agent', agent_brand_ids: [1], ticket_restriction: 'groups', name: 'Ada' })
    const back = record({ attributes: held.attributes }, held, { unconfirmed: ['role', 'suspended'] })

    expect(userWrite(back)).toMatchObject({
      body: { role: 'agent', agent_brand_ids: [1], ticket_restriction: 'groups', suspended: false },
    })
    expect(userWrite(back)).not.toMatchObject({ body: { name: 'Ada' } })
  })

  it('remembers nothing of what is given back with a seat, and that nobody maps', () => {
    const back = record(
      { attributes: { role: 'agent', ticket_restriction: 'groups' }, givenBack: ['ticket_restriction'] },
      holds({ role: 'end-user' }, 'suspended'),
      { operation: 'restore user', changed: ['role', 'suspended', 'ticket_restriction'], suspendedByUs: true },
    )

    expect(userWrite(back)).toMatchObject({
      body: { role: 'agent', ticket_restriction: 'groups', suspended: false },
      applied: holds({ role: 'agent' }),
    })
  })
})

describe('brands', () => {
  const held = holds({ role: 'agent', agent_brand_ids: [1] })

  it('are forgotten of who becomes an end user, and not sent', () => {
    const attributes = { role: 'end-user', agent_brand_ids: [2] }

    expect(userWrite(record({ attributes }, held))).toMatchObject({
      call: 'update',
      body: { role: 'end-user' },
      applied: { attributes: { role: 'end-user' } },
    })
    expect(JSON.stringify(userWrite(record({ attributes }, held)))).not.toContain('agent_brand_ids')
  })

  it('are sent with another value, in whatever order they are held', () => {
    expect(userWrite(record({ attributes: { agent_brand_ids: [1] } }, held)).call).toBe('nothing')
    expect(userWrite(record({ attributes: { agent_brand_ids: [1, 2] } }, held))).toMatchObject({
      body: { agent_brand_ids: [1, 2] },
    })
  })
})

describe('a number and whether it is shared', () => {
  const held = holds({ phone: '1', shared_phone_number: true })

  it.each<[string, DesiredUser['attributes'], object]>([
    ['another number', { phone: '2', shared_phone_number: true }, { phone: '2', shared_phone_number: true }],
    ['no longer shared', { phone: '1', shared_phone_number: false }, { phone: '1', shared_phone_number: false }],
    ['a number alone', { phone: '2' }, { phone: '2' }],
    ['another attribute', { phone: '1', shared_phone_number: true, alias: 'a' }, { alias: 'a' }],
  ])('are sent together: %s', (_what, attributes, body) => {
    const write = userWrite(record({ attributes }, held))

    expect(write.call === 'update' && write.body).toEqual(body)
  })
})
