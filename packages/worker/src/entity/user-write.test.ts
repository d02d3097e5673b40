import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { describe, expect, it } from 'vitest'
import { userWrite } from './user-write.ts'

function record(
  desired: Partial<DesiredUser>,
  applied: AppliedUser | null,
  changes: Partial<UserRecord> = {},
): UserRecord {
  return {
    kind: 'user',
    id: 'u1',
    dn: 'uid=ada',
    label: 'ada',
    revision: 2,
    operation: 'update user',
    changed: [],
    appliedRevision: 1,
    zendeskId: applied ? 7 : null,
    origin: applied ? 'created' : null,
    suspendedByUs: false,
    unconfirmed: [],
    creationSent: null,
    lookUpFirst: null,
    rejection: null,
    goneSince: null,
    applied,
    desired: { presence: 'active', attributes: { name: 'Ada' }, createOnly: [], tagsMode: 'merge', ...desired },
    ...changes,
  }
}
const holds = (attributes: AppliedUser['attributes'], presence: AppliedUser['presence'] = 'active'): AppliedUser => ({
  presence,
  attributes,
})

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
