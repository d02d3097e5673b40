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
