import { expect, it } from 'vitest'
import type { UserAttributes } from '../desired.ts'
import { keepOnAdoption } from './keep-on-adoption.ts'

it.each<[what: string, has: UserAttributes, held: UserAttributes, written: UserAttributes]>([
  ['a lower role', { role: 'end-user' }, { role: 'agent' }, { role: 'agent' }],
  ['no role', {}, { role: 'agent' }, { role: 'agent' }],
  ['no role, of an end user', {}, { role: 'end-user' }, {}],
  ['the same role', { role: 'agent', custom_role_id: 1 }, { role: 'agent' }, { role: 'agent', custom_role_id: 1 }],
  ['a higher role', { role: 'admin' }, { role: 'agent' }, { role: 'admin' }],
  [
    'a lower role, of one who has a custom role',
    { role: 'end-user' },
    { role: 'agent', custom_role_id: 7 },
    { role: 'agent', custom_role_id: 7 },
  ],
  [
    'a lower custom role, of one who has none',
    { role: 'agent', custom_role_id: 7 },
    { role: 'admin' },
    { role: 'admin' },
  ],
  ['another external id', { external_id: 'a' }, { external_id: 'b' }, { external_id: 'b' }],
  ['no external id', {}, { external_id: 'b' }, { external_id: 'b' }],
  ['an external id, of one who has none', { external_id: 'a' }, { external_id: null }, { external_id: 'a' }],
  ['what is sent with a creation alone', { name: 'Ada', locale: 'de' }, { locale: 'en' }, { name: 'Ada' }],
  [
    'such a custom field',
    { user_fields: { cost_center: '1', desk: '2' } },
    { user_fields: { cost_center: '9' } },
    { user_fields: { desk: '2' } },
  ],
  ['anything else', { name: 'Ada', phone: null }, { name: 'ada', phone: '1' }, { name: 'Ada', phone: null }],
])('an entry that has %s is written as the table says', (_what, attributes, held, written) => {
  expect(keepOnAdoption({ attributes, createOnly: ['locale', 'user_fields.cost_center'] }, held)).toEqual(written)
})
