import { UserMap } from '@provisioner/shared/config/user-map.ts'
import { describe, expect, it } from 'vitest'
import type { WantedUser } from '../plan/wanted-user.ts'
import { AgentsInWant } from './agents-in-want.ts'

const map = UserMap.parse({ email: 'mail', name: 'cn', brands: 'departmentNumber' })
const { brands: _none, ...withoutBrands } = map
const ALL = { hasSeveralBrands: true, hasOwnRoles: true }
const agent = (email: string, more: Partial<WantedUser> = {}): WantedUser => ({
  id: email,
  dn: `mail=${email}`,
  email,
  disabled: false,
  attributes: { role: 'agent' },
  empty: [],
  createOnly: [],
  tagsMode: 'merge',
  ...more,
})

function codesOf(more: Partial<WantedUser>, { account = ALL, mapping = map } = {}): string[] {
  const agents = new AgentsInWant(mapping)
  agents.note(agent('a@x', more))
  return agents.problems('staff', account).map(({ code }) => code)
}

describe('agents who are given too little', () => {
  it('are counted, and three of them named', () => {
    const agents = new AgentsInWant(map)
    for (const email of ['a@x', 'b@x', 'c@x', 'd@x']) agents.note(agent(email))

    const four = '4 agents (a@x, b@x, c@x and 1 more)'
    expect(agents.problems('staff', ALL).map(({ id, what }) => `${id}: ${what.split(':')[0]}`)).toEqual([
      `staff.brands: The mapping yields no brand for ${four}`,
      `staff.custom_role: The account has custom roles, and the mapping yields none for ${four}`,
    ])
  })

  it.each<[string, Partial<WantedUser>, string[]]>([
    ['an agent with neither', {}, ['AGENT_WITHOUT_BRANDS', 'LEGACY_AGENT']],
    ['an end user', { attributes: { role: 'end-user' } }, []],
    ['an admin, who is in all brands', { attributes: { role: 'admin' } }, []],
    ['whose role nobody maps', { attributes: {} }, []],
    ['a disabled one', { disabled: true }, []],
    ['one with brands', { attributes: { role: 'agent', agent_brand_ids: [1] } }, ['LEGACY_AGENT']],
    ['one whose brands have unknown names', { partial: ['agent_brand_ids'] }, ['LEGACY_AGENT']],
    ['one with a custom role', { attributes: { role: 'agent', custom_role_id: 7 } }, ['AGENT_WITHOUT_BRANDS']],
  ])('of %s', (_who, more, codes) => {
    expect(codesOf(more)).toEqual(codes)
  })

  it.each([
    ['one brand', { account: { ...ALL, hasSeveralBrands: false } }, ['LEGACY_AGENT']],
    ['no brands in the mapping', { mapping: withoutBrands }, ['LEGACY_AGENT']],
    ['no roles of its own', { account: { ...ALL, hasOwnRoles: false } }, ['AGENT_WITHOUT_BRANDS']],
  ])('where there is %s', (_what, where, codes) => {
    expect(codesOf({}, where)).toEqual(codes)
  })
})
