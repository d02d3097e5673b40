import { expect, it } from 'vitest'

import { reconcileRoles } from './roles.ts'

const lead = { custom_role: 'Team lead' }

it.each([
  [{ role: 'end-user', ...lead }, true, { role: 'agent', ...lead }, undefined],
  [lead, true, { role: 'agent', ...lead }, undefined],
  [{ role: 'agent', ...lead }, true, { role: 'agent', ...lead }, undefined],
  [{ role: 'agent', ...lead }, false, { role: 'agent', ...lead }, undefined],
  [{ role: 'admin', ...lead }, true, { role: 'admin' }, undefined],
  [{ role: 'admin' }, true, { role: 'admin' }, undefined],
  [{ role: 'admin' }, false, {}, 'ROLE_ADMIN_NOT_ALLOWED'],
  [{ role: 'admin', ...lead }, false, {}, 'ROLE_ADMIN_NOT_ALLOWED'],
  [{ role: 'end-user' }, false, { role: 'end-user' }, undefined],
  [{}, false, {}, undefined],
])('%j, admins allowed: %s, becomes %j', (before, allowAdmin, after, code) => {
  const attributes: Record<string, string> = { ...before }

  const fault = reconcileRoles(attributes, { allowAdmin })

  expect(attributes).toEqual(after)
  expect(fault?.code).toBe(code)
})
