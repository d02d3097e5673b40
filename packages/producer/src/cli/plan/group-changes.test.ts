import { expect, it } from 'vitest'
import type { Change } from '../../plan/change.ts'
import { namesOfIds } from '../../cycle/names-of-ids.ts'
import { groupChanges, listChanges, type ShownWith } from './group-changes.ts'

const change = (id: string, attributes: object, changed: readonly string[], operation = 'update user') =>
  ({
    kind: 'user',
    id,
    label: `${id}@acme.com`,
    operation,
    desired: { presence: 'active', attributes },
    changed,
  }) as unknown as Change
const shown: ShownWith = {
  starts: new Map(['ada', 'bob', 'cyd', 'dee'].map((id) => [`user|${id}`, { phone: '1', notes: 'secret' }])),
  masked: new Set(['notes']),
  nameOf: namesOfIds({
    customRoles: [['Team lead', 88]],
    brands: [
      ['Acme', 5],
      ['acme-gmbh', 5],
    ],
  }),
  driftIn: () => [],
}

it('says once what all of them have, with three examples', () => {
  const four = ['ada', 'bob', 'cyd', 'dee'].map((id) => change(id, { phone: '2' }, ['phone']))

  expect(groupChanges(four, shown)).toEqual([
    '  update user, 4 times: phone "1" → "2"',
    '    ada@acme.com',
    '    bob@acme.com',
    '    cyd@acme.com',
    '    … and 1 more (--all)',
  ])
})

it('says of each what it has, where they differ, and masks what nobody is to see', () => {
  const two = ['ada', 'bob'].map((id) => change(id, { phone: id, notes: 'other' }, ['notes', 'phone']))

  expect(groupChanges(two, shown)).toEqual([
    '  update user: notes, phone, 2 times',
    '    ada@acme.com: notes (masked), phone "1" → "ada"',
    '    bob@acme.com: notes (masked), phone "1" → "bob"',
  ])
})

it('leaves creations to the table, and lists them with their values, as many as are asked for', () => {
  const new2 = ['eve', 'fay'].map((id) => change(id, { name: id }, ['name'], 'create user'))

  expect(groupChanges(new2, shown)).toEqual([])
  expect(listChanges(new2, shown, 1)).toEqual(['  create user: eve@acme.com: name "eve"', '  … and 1 more'])
})

it('tells ids by the names that are at hand, and others as they are', () => {
  const values = { custom_role_id: 88, agent_brand_ids: [5, 6], organization_id: 88, details: '88' }
  const one = change('ada', values, Object.keys(values))

  expect(groupChanges([one], shown)).toEqual([
    '  update user: ada@acme.com: custom_role_id nothing → "Team lead", agent_brand_ids nothing → ["Acme",6], ' +
      'organization_id nothing → 88, details nothing → "88"',
  ])
})
