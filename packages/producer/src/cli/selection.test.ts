import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { expect, it } from 'vitest'
import { isSelected } from './selection.ts'

const change: HeldChange = {
  key: 'user|1',
  category: 'users',
  operation: 'suspend user',
  dn: 'uid=ada,ou=People,dc=acme',
  label: 'lovelace@acme.com',
  cause: 'deleted',
  print: 'of it',
  since: 1,
}

it.each([
  ['ada', true, 'part of its own name'],
  ['AD', true, 'in any case'],
  ['lovelace@', true, 'part of the label'],
  ['people', true, 'the whole name of what it lies below'],
  ['peop', false, 'part of that'],
  ['uid=ada', true, 'part of the DN'],
  ['ou=people', true, 'part of the DN'],
  ['UID = ada, OU = people', true, 'part of the DN, written otherwise'],
  ['u', false, 'which every DN has in the name of an attribute'],
  ['uid', false, 'which is the name of an attribute'],
  ['dc', false, 'which is the name of an attribute'],
])('--matching %s: %s (%s)', (matching, selected) => {
  expect(isSelected(change, { matching }, { ofFirstPlan: false })).toBe(selected)
})

it('--matching sees what a DN has to escape', () => {
  const escaped = { ...change, dn: 'cn=Lovelace\\, Ada,dc=acme' }

  expect(isSelected(escaped, { matching: 'lovelace, ada' }, { ofFirstPlan: false })).toBe(true)
})
