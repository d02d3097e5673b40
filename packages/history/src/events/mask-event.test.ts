import { expect, it } from 'vitest'
import type { ChangeEvent } from '@provisioner/shared/history/event.ts'
import { maskEvent } from './mask-event.ts'

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
