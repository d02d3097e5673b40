import { expect, it } from 'vitest'
import { describeOwner } from './describe-owner.ts'

it.each([
  ['staff', 'cn=ada', 'cn=ada'],
  ['contractors', 'cn=ada', "cn=ada (connection 'contractors')"],
  ['contractors', undefined, "entry 3f2a of connection 'contractors'"],
  ['staff', undefined, "entry 3f2a of connection 'staff'"],
])('an entry of %s with the DN %s is told to staff as %s', (connection, dn, words) => {
  expect(describeOwner({ connection, id: '3f2a' }, { dn, told: 'staff' })).toBe(words)
})
