import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { describe, expect, it } from 'vitest'
import { holds, record } from './user-write.fixture.ts'
import { userWrite } from './user-write.ts'

describe('userWrite', () => {
  it.each<[string, UserRecord, object]>([
    ['not linked, active: create', record({}, null), { call: 'create', body: { name: 'Ada' } }],
    [
      'not linked, suspended: create suspended',
      record({ presence: 'suspended' }, null, { operation: 'create user' }),
      { call: 'create', body: { name: 'Ada', suspended: true } },
    ],
    [
      'not linked, a leaver: nothing, Zendesk has no such user any more',
      record({ presence: 'suspended' }, null, { operation: 'suspend user' }),
      { call: 'nothing', applied: null },
    ],
    ['not linked, deleted: nothing', record({ presence: 'deleted' }, null), { call: 'nothing', applied: null }],
    ['gone in Zendesk, active: nobody', record({}, null, { goneSince: 1 }), { call: 'gone' }],
    [
      'gone in Zendesk, a leaver: the same',
      record({ presence: 'suspended' }, null, { operation: 'suspend user', goneSince: 1 }),
      { call: 'gone' },
    ],
    [
      'gone in Zendesk, deleted: nothing',
      record({ presence: 'deleted' }, null, { goneSince: 1 }),
      { call: 'nothing', applied: null },
    ],
    [
      'not linked, with a default group, which comes with its membership',
      record({ attributes: { name: 'Ada', role: 'agent', default_group_id: 7 } }, null),
      {
        call: 'create',
        body: { name: 'Ada', role: 'agent' },
        applied: { attributes: { name: 'Ada', role: 'agent', default_group_id: 7 } },
      },
    ],
    ['linked, same: nothing', record({}, holds({ name: 'Ada' })), { call: 'nothing' }],
    [
      'linked, differs: update',
      record({ attributes: { name: 'Ada', phone: '1' } }, holds({ name: 'Ada' })),
      { call: 'update', body: { phone: '1' }, email: null },
    ],
    [
      'linked, to be suspended',
      record({ presence: 'suspended' }, holds({ name: 'Ada' })),
      { call: 'update', body: { suspended: true } },
    ],
    [
      'linked, to be restored',
      record({}, holds({ name: 'Ada' }, 'suspended')),
      { call: 'update', body: { suspended: false } },
    ],
    ['linked, deleted', record({ presence: 'deleted' }, holds({})), { call: 'delete' }],
    [
      'what was sent and never answered, although it seems to be the same',
      record({ attributes: { name: 'Ada', phone: '1' } }, holds({ name: 'Ada', phone: '1' }), {
        unconfirmed: ['phone'],
      }),
      { call: 'update', body: { phone: '1' }, email: null },
    ],
    [
      'a clearing, a user field and an address that were',
      record(
        { attributes: { email: 'a@x', phone: null, user_fields: { a: '1', b: '2' } } },
        holds({ email: 'a@x', user_fields: { a: '1', b: '2' } }),
        { unconfirmed: ['email', 'phone', 'user_fields.a'] },
      ),
      { call: 'update', email: 'a@x', body: { phone: null, user_fields: { a: '1' } } },
    ],
    [
      'a suspension that was, of a user who stays',
      record({}, holds({ name: 'Ada' }), { unconfirmed: ['suspended'] }),
      { call: 'update', body: { suspended: false } },
    ],
    [
      'a restoration that was, of a user who leaves again',
      record({ presence: 'suspended' }, holds({ name: 'Ada' }, 'suspended'), { unconfirmed: ['suspended'] }),
      { call: 'update', body: { suspended: true } },
    ],
    [
      'what was sent and is not wanted any more: nothing, and nothing is known of it',
      record({}, holds({ name: 'Ada', phone: '1' }), { unconfirmed: ['phone'] }),
      { call: 'nothing', applied: { presence: 'active', attributes: { name: 'Ada' } } },
    ],
    [
      'a suspension leaves what is unconfirmed to the next update',
      record({ presence: 'suspended', attributes: { name: 'Ada', phone: '2' } }, holds({ name: 'Ada', phone: '1' }), {
        unconfirmed: ['phone'],
        operation: 'suspend user',
        changed: ['suspended'],
      }),
      {
        call: 'update',
        body: { suspended: true },
        applied: { presence: 'suspended', attributes: { name: 'Ada' } },
      },
    ],
    [
      'another address goes apart',
      record({ attributes: { email: 'b@x', name: 'B' } }, holds({ email: 'a@x', name: 'A' })),
      { call: 'update', email: 'b@x', body: { name: 'B' } },
    ],
    [
      'one user field of several',
      record({ attributes: { user_fields: { a: '1', b: '2' } } }, holds({ user_fields: { a: '1', b: '1', c: '9' } })),
      { call: 'update', body: { user_fields: { b: '2' } } },
    ],
    [
      'a clearing is sent as null',
      record({ attributes: { phone: null } }, holds({ phone: '1' })),
      { call: 'update', body: { phone: null } },
    ],
  ])('%s', (_case, given, expected) => {
    expect(userWrite(given)).toMatchObject(expected)
  })

  it('a suspension writes no attribute that it does not name', () => {
    const write = userWrite(
      record({ presence: 'suspended', attributes: { phone: '1' } }, holds({ phone: '2' }), {
        operation: 'suspend user',
        changed: ['suspended'],
      }),
    )

    expect(write).toMatchObject({ body: { suspended: true }, applied: holds({ phone: '2' }, 'suspended') })
    expect(write).not.toHaveProperty('body.phone')
  })

  it('keeps a higher role and an external id of a user who was just adopted', () => {
    const adopted = record(
      { attributes: { role: 'end-user', external_id: 'u1' } },
      holds({ role: 'agent', external_id: 'crm' }),
      { origin: 'adopted', appliedRevision: 0 },
    )

    expect(userWrite(adopted).call).toBe('nothing')
  })

  it('leaves what is sent with a creation alone as it is in a user who was just adopted, custom fields included', () => {
    const adopted = record(
      {
        attributes: { time_zone: 'Berlin', user_fields: { desk: '1' } },
        createOnly: ['time_zone', 'user_fields.desk'],
      },
      holds({ time_zone: 'Rome', user_fields: { desk: '9' } }),
      { origin: 'adopted', appliedRevision: 0 },
    )

    expect(userWrite(adopted).call).toBe('nothing')
  })

  it('lets nobody in who was found suspended, and is not suspended by us', () => {
    const found = holds({ name: 'Somebody' }, 'suspended')
    const adopted = record({}, found, { origin: 'adopted', appliedRevision: 0 })

    expect(userWrite(adopted)).toMatchObject({ body: { name: 'Ada' }, applied: holds({ name: 'Ada' }, 'suspended') })
    expect(userWrite(adopted)).not.toHaveProperty('body.suspended')
    expect(userWrite({ ...adopted, suspendedByUs: true })).toHaveProperty('body.suspended', false)
  })
})
