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

  const fault = reconcileRoles(attributes, {}, { allowAdmin })

  expect(attributes).toEqual(after)
  expect(fault?.code).toBe(code)
})

it.each([
  [{ role: 'admin', custom_role: 'Team lead' }, ['agent']],
  [{ role: 'agent', custom_role: 'Team lead' }, ['admin']],
  [{ role: 'end-user', custom_role: 'Team lead' }, ['agent', 'admin']],
])('%j, or the roles %j, becomes an agent with that custom role in any order', (before, others) => {
  const attributes: Record<string, string> = { ...before }
  const alternatives = { role: others, custom_role: ['Expert'] }

  reconcileRoles(attributes, alternatives, { allowAdmin: true })

  expect([attributes, alternatives]).toEqual([{ role: 'agent', custom_role: 'Team lead' }, { custom_role: ['Expert'] }])
})

it.each([
  ['agent', ['admin'], 'agent', undefined],
  ['admin', ['agent', 'end-user'], 'agent', ['end-user']],
])('of %s and %j the admin is left out where none is allowed', (role, others, left, rest) => {
  const attributes: Record<string, string> = { role }
  const alternatives: Record<string, string[]> = { role: others }

  expect(reconcileRoles(attributes, alternatives, { allowAdmin: false })).toBeUndefined()
  expect([attributes['role'], alternatives['role']]).toEqual([left, rest])
})
