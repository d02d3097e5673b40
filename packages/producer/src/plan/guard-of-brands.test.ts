import { describe, expect, it } from 'vitest'
import { heldBy, LIMITS, runGuard, times, userChange } from './guard.fixture.ts'

describe('the guard', () => {
  it('holds the brands of who is to become an agent with the role, and those of agents as other attributes', () => {
    const raised = times(6, (id) => userChange(id, { role: 'agent', agent_brand_ids: [1], name: 'New' }))
    const moved = times(6, (id) => userChange(id, { agent_brand_ids: [1] }))

    const result = runGuard(raised, {
      applied: { role: 'end-user' },
      limits: { ...LIMITS, updates: { share: 1, min: 100 } },
    })

    expect(result.released.map(({ changed }) => changed)).toEqual(raised.map(() => ['name']))
    expect(heldBy(runGuard(moved, { applied: { role: 'agent' } }))).toEqual({ 'updates:agent_brand_ids': 6 })
  })

  it('counts a leaver who becomes a light agent as one who leaves, and not as one who is given a role', () => {
    const removal = { category: 'users' as const, cause: 'deleted' }
    const light = { role: 'agent', custom_role_id: 72 }
    const leaves = (id: string) => userChange(id, light, { operation: 'suspend user', removal })

    expect(heldBy(runGuard(times(6, leaves), { applied: { role: 'agent' } }))).toEqual({ users: 6 })
  })
})
