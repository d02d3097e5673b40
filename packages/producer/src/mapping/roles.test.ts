import { expect, it } from 'vitest'

import { reconcileRoles } from './roles.ts'

it.each([
  [
    { role: 'end-user', custom_role: 'Team lead' },
    { role: 'agent', custom_role: 'Team lead' },
  ],
  [{ custom_role: 'Team lead' }, { role: 'agent', custom_role: 'Team lead' }],
  [
    { role: 'agent', custom_role: 'Team lead' },
    { role: 'agent', custom_role: 'Team lead' },
  ],
  [{ role: 'admin', custom_role: 'Team lead' }, { role: 'admin' }],
  [{ role: 'admin' }, { role: 'admin' }],
  [{ role: 'end-user' }, { role: 'end-user' }],
  [{}, {}],
])('%j becomes %j', (before, after) => {
  const attributes: Record<string, string> = { ...before }

  reconcileRoles(attributes)

  expect(attributes).toEqual(after)
})

it.each([
  [{ role: 'admin', custom_role: 'Team lead' }, ['agent']],
  [{ role: 'agent', custom_role: 'Team lead' }, ['admin']],
  [{ role: 'end-user', custom_role: 'Team lead' }, ['agent', 'admin']],
])('%j, or the roles %j, becomes an agent with that custom role in any order', (before, others) => {
  const attributes: Record<string, string> = { ...before }
  const alternatives = { role: others, custom_role: ['Expert'] }

  reconcileRoles(attributes, alternatives)

  expect([attributes, alternatives]).toEqual([{ role: 'agent', custom_role: 'Team lead' }, { custom_role: ['Expert'] }])
})
