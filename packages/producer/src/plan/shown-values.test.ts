import { expect, it } from 'vitest'
import { difference, roleOf } from './shown-values.ts'

const nameOf = (attribute: string, id: number) => (attribute === 'custom_role_id' && id === 9 ? 'Team lead' : undefined)

it.each([
  [{ role: 'agent' }, 'agent'],
  [{}, 'end-user'],
  [{ role: 'agent', custom_role_id: 9 }, 'agent with custom role Team lead'],
  [{ role: 'agent', custom_role_id: 8 }, 'agent with custom role 8'],
])('%j is told as %s', (attributes, says) => {
  expect(roleOf(attributes, { nameOf })).toBe(says)
})

it('tells the account’s names for ids, as far as they are known, and nothing that is masked', () => {
  const [from, to] = [{ custom_role_id: 8, phone: '1' }, { custom_role_id: 9 }]

  expect(difference('custom_role_id', from, to, { nameOf })).toBe('8 → "Team lead"')
  expect(difference('phone', from, to, { nameOf })).toBe('"1" → nothing')
  expect(difference('phone', from, to, { nameOf, masked: new Set(['phone']) })).toBe('changed')
})
