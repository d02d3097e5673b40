import { expect, it } from 'vitest'
import { whyNotAdopt } from './why-not-adopt.ts'

it.each<[role: string | null, mapped: string | undefined, why: string | undefined]>([
  ['end-user', undefined, undefined],
  ['end-user', 'agent', undefined],
  [null, undefined, undefined],
  ['agent', 'agent', undefined],
  ['agent', 'admin', undefined],
  ['agent', 'end-user', 'agent'],
  ['agent', undefined, 'agent'],
  ['admin', 'admin', 'admin'],
  ['admin', undefined, 'admin'],
])('a Zendesk %s, mapped to %s, is kept back as %s', (role, mapped, why) => {
  expect(whyNotAdopt({ id: 7, role }, mapped, 8)).toBe(why)
})

it('the user whose credentials are used is kept back whatever the roles', () => {
  expect(whyNotAdopt({ id: 8, role: 'agent' }, 'agent', 8)).toBe("the user of the account's own credentials")
})
