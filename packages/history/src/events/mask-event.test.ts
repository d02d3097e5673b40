import { expect, it } from 'vitest'
import type { ChangeEvent, HistoryEvent } from '@provisioner/shared/history/event.ts'
import { maskEvent } from './mask-event.ts'

const JO = { kind: 'user', id: 'u1', label: 'jo@example.org', dn: 'uid=jo,dc=org' } as const

const change: ChangeEvent = {
  type: 'change',
  at: 1,
  connection: 'staff',
  kind: 'user',
  id: 'u1',
  label: 'jo@example.org',
  dn: 'mail=jo@example.org,dc=org',
  outcome: 'refused',
  operation: 'update user',
  changed: ['email'],
  before: { presence: 'active', attributes: { email: 'jo@example.org', phone: null, user_fields: { cost: 'K1-99' } } },
  after: {
    presence: 'active',
    attributes: { email: 'jo@example.org', phone: '+1555', user_fields: { cost: 'K2-99' } },
  },
  refusal: { code: 'EMAIL_TAKEN', message: 'Email jo@example.org is taken' },
  zendeskId: 5,
  revision: 1,
  origin: 'created',
}

it('hides the values of masked attributes, wherever they stand', () => {
  const masked = maskEvent(change, new Set(['email', 'phone', 'user_fields.cost']))

  expect(JSON.stringify(masked)).not.toMatch(/jo@example|1555|K[12]-99/)
  expect(masked).toMatchObject({
    label: '***',
    dn: 'mail=***,dc=org',
    before: { presence: 'active', attributes: { email: '***', phone: null, user_fields: { cost: '***' } } },
    after: { attributes: { email: '***', phone: '***', user_fields: { cost: '***' } } },
    refusal: { code: 'EMAIL_TAKEN', message: 'Email *** is taken' },
    masked: { email: 'same', phone: 'changed', 'user_fields.cost': 'changed' },
  })
})

it('leaves what nobody masks as it is', () => {
  expect(maskEvent(change, new Set(['name']))).toBe(change)
})

it('hides everything of a connection that nobody configures', () => {
  expect(JSON.stringify(maskEvent(change, undefined))).not.toMatch(/jo@example|1555|K[12]-99/)
})

it.each<[string, HistoryEvent]>([
  ['a decision', { type: 'decision', at: 1, connection: 'staff', verdict: 'approve', by: 'ada', ...JO }],
  ['an undo', { type: 'undo', at: 1, connection: 'staff', by: 'ada', undo: 'ada 1', about: JO }],
  ['a link', { type: 'link', at: 1, connection: 'staff', by: 'ada', zendeskId: 5, about: JO }],
  [
    'a creation that was refused',
    { ...change, before: null, after: null, refusal: { code: 'X', message: 'no' }, dn: '' },
  ],
])('hides the address by which %s names somebody, where addresses are masked', (_what, event) => {
  expect(JSON.stringify(maskEvent(event, new Set(['email'])))).not.toContain('jo@example')
  expect(maskEvent(event, new Set(['phone']))).toEqual(event)
})

it('leaves the name of a group in a decision', () => {
  const event = { type: 'decision', at: 1, connection: 'staff', verdict: 'approve', by: 'ada' } as const
  const about = { kind: 'group', id: 'g1', label: 'Support', dn: '' } as const

  expect(maskEvent({ ...event, ...about }, new Set(['email']))).toMatchObject({ label: 'Support' })
})
