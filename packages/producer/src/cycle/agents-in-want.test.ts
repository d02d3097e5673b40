import { describe, expect, it } from 'vitest'
import type { WantedUser } from '../plan/wanted-user.ts'
import { AgentsInWant } from './agents-in-want.ts'
import { UserMap } from '@provisioner/shared/config/user-map.ts'

const map = UserMap.parse({ email: 'mail', name: 'cn', brands: 'departmentNumber' })
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

describe('agents without brands', () => {
  it('are counted, and three of them named', () => {
    const agents = new AgentsInWant(map, { hasSeveralBrands: true })
    for (const email of ['a@x', 'b@x', 'c@x', 'd@x']) agents.note(agent(email))

    expect(agents.problems('staff').map(({ id, what }) => `${id}: ${what.slice(0, 74)}`)).toEqual([
      'staff.brands: The mapping yields no brand for 4 agents (a@x, b@x, c@x and 1 more): where',
    ])
  })

  it.each<[string, Partial<WantedUser>]>([
    ['an end user', { attributes: { role: 'end-user' } }],
    ['an admin, who is in all brands', { attributes: { role: 'admin' } }],
    ['whose role nobody maps', { attributes: {} }],
    ['a disabled one', { disabled: true }],
    ['one with brands', { attributes: { role: 'agent', agent_brand_ids: [1] } }],
    ['one whose brands have unknown names', { partial: ['agent_brand_ids'] }],
  ])('are not: %s', (_who, more) => {
    const agents = new AgentsInWant(map, { hasSeveralBrands: true })
    agents.note(agent('a@x', more))

    expect(agents.problems('staff')).toEqual([])
  })

  it('are nobody where the account has one brand, or the mapping says nothing of brands', () => {
    const { brands: _none, ...without } = map
    const two = [
      new AgentsInWant(map, { hasSeveralBrands: false }),
      new AgentsInWant(without, { hasSeveralBrands: true }),
    ]
    for (const agents of two) agents.note(agent('a@x'))

    expect(two.flatMap((agents) => agents.problems('staff'))).toEqual([])
  })
})
