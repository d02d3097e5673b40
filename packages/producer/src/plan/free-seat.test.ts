import { expect, it } from 'vitest'
import { freeSeat } from './free-seat.ts'

const endUser = { role: 'end-user', custom_role_id: null }
const light = { role: 'agent', custom_role_id: 72 }

it.each([
  ['an agent', { role: 'agent' }, 'suspend', 72, {}],
  ['an agent', { role: 'agent' }, 'downgrade', 72, endUser],
  ['an admin', { role: 'admin' }, 'downgrade', undefined, endUser],
  ['an agent', { role: 'agent' }, 'light-agent', 72, light],
  ['an admin', { role: 'admin' }, 'light-agent', 72, light],
  ['an agent, without that role', { role: 'agent' }, 'light-agent', undefined, {}],
  ['a light agent', light, 'light-agent', 72, {}],
  ['a light agent', light, 'downgrade', 72, endUser],
  ['an end user', { role: 'end-user' }, 'downgrade', 72, {}],
  ['somebody without a known role', {}, 'downgrade', 72, {}],
] as const)('%s, %o, with %s (light agents: %s)', (_who, held, policy, role, freed) => {
  expect(freeSeat(held, policy, role)).toEqual(freed)
})
