import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { expect, it } from 'vitest'
import { driftOf } from './drift-of-user.ts'

const agent = { id: 7, role: 'agent', tags: ['a', 'b'], user_fields: { floor: 2, level: 'gold' } }

function held(
  user: object,
  attributes: UserAttributes,
  {
    createOnly = [],
    tagsMode = 'merge',
    unconfirmed = [],
  }: Partial<DesiredUser & Pick<UserRecord, 'unconfirmed'>> = {},
) {
  const desired = { presence: 'active' as const, attributes, createOnly, tagsMode }
  const applied = { presence: 'active' as const, attributes }
  return driftOf({ ...agent, ...user }, { applied, desired, unconfirmed })
}

it('is what Zendesk shows in place of what was written, by attribute and by field', () => {
  const written = { phone: '1', notes: 'n', user_fields: { floor: 1, level: 'gold' } }

  expect(held({ phone: '2', notes: 'n' }, written)).toEqual({
    phone: '2',
    notes: 'n',
    user_fields: { floor: 2, level: 'gold' },
  })
  expect(held({ phone: '1', notes: 'n', user_fields: { floor: 1, level: 'gold' } }, written)).toBe(written)
})

it.each([
  ['was sent with the creation alone', { notes: 'b' }, { notes: 'a' }, { createOnly: ['notes'] }],
  ['was sent, and nobody knows whether it arrived', { notes: 'b' }, { notes: 'a' }, { unconfirmed: ['notes'] }],
  ['nobody wrote', { notes: 'b' }, {}, {}],
  ['Zendesk does not show', {}, { remote_photo_url: 'https://x' }, {}],
  ['full cycles set right in any case', { role: 'admin', email: 'b@x' }, { role: 'agent', email: 'a@x' }, {}],
  ['only agents have', { role: 'end-user', ticket_restriction: 'requested' }, { ticket_restriction: 'groups' }, {}],
  ['an admin’s role says by itself', { role: 'admin', custom_role_id: null }, { custom_role_id: 8 }, {}],
  ['others tagged', { tags: ['ours', 'theirs'] }, { tags: ['ours'] }, {}],
  ['a drop-down tagged', { tags: ['ours', 'gold'] }, { tags: ['ours'] }, { tagsMode: 'replace' as const }],
])('leaves alone what %s', (_what, user, attributes, options) => {
  expect(held(user, attributes as UserAttributes, options)).toEqual(attributes)
})

it('of merged tags has ours that are left, of replaced ones all', () => {
  expect(held({ tags: ['b', 'theirs'] }, { tags: ['a', 'b'] })).toEqual({ tags: ['b'] })
  expect(held({ tags: ['b', 'theirs'] }, { tags: ['b'] }, { tagsMode: 'replace' })).toEqual({ tags: ['b', 'theirs'] })
  expect(held({ tags: ['gold'] }, { tags: ['gold', 'b'] }, { tagsMode: 'replace' })).toEqual({ tags: ['gold'] })
})
