import { expect, it } from 'vitest'
import { findByKeys } from './look-up-users.ts'

const ada = { id: 1, email: 'Ada@x.org', external_id: null }
const bob = { id: 2, email: 'bob@x.org', external_id: 'ID-1' }
const users = [{ ...ada, id: 9, active: false }, ada, bob]

it.each([
  ['the external id', { externalId: 'id-1' }, 2],
  ['the external id before the address', { externalId: 'id-1', email: 'ada@x.org' }, 2],
  ['the address, of one who is not deleted', { externalId: 'id-2', email: 'ada@X.org' }, 1],
  ['the address, without an external id', { externalId: undefined, email: 'ada@x.org' }, 1],
  ['an empty external id: nobody', { externalId: '' }, undefined],
  ['neither: nobody', { externalId: null, email: 'eve@x.org' }, undefined],
])('a user is found by %s', (_by, keys, id) => {
  expect(findByKeys(users, keys)?.id).toBe(id)
})
