import { afterEach, describe, expect, it } from 'vitest'
import {
  ADA,
  CAUSES,
  giveTickets,
  LIGHT_AGENT_ROLE,
  openWithAda,
  QUIET,
  SEATLESS,
  seatOfAda,
  ticketsByAssignee,
  unrest,
} from '../fixtures/seated-agent.ts'
import type { World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const LIGHT = { suspended: true, role: 'agent', customRole: LIGHT_AGENT_ROLE, brands: [11, 12] }
const SUSPENDED = { suspended: true, role: 'agent', customRole: 71, brands: [11, 12] }

describe('an agent with twelve open tickets, four groups and two brands', () => {
  it.each([
    ['disabled', 'suspend', SUSPENDED],
    ['disabled', 'downgrade', SEATLESS],
    ['deleted', 'downgrade', SEATLESS],
    ['outOfScope', 'downgrade', SEATLESS],
    ['disabled', 'light-agent', LIGHT],
  ] as const)(
    'leaves as %s with agents: %s: tickets, then seat and access, then sessions; back, the seat is as before',
    async (cause, agents, gone) => {
      const remove = { tickets: 'user:bob@example.org', ticketTag: 'handed_over' }
      world = await openWithAda(agents, { remove })
      await giveTickets(world)
      const [before, theirs] = [await seatOfAda(world), await ticketsByAssignee(world)]
      await world.zendesk.forgetRequests()

      await CAUSES[cause].leave(world)
      await world.step()
      const [after, others] = [await seatOfAda(world), await ticketsByAssignee(world)]
      const order = (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path.replace(/\d+$/, 'ID')}`)
      const { id } = (await world.zendesk.user(ADA))!
      const sessions = await world.zendesk.call<{ count: number }>('GET', `/api/v2/users/${id}/sessions`)
      await CAUSES[cause].comeBack(world)
      await world.step()
      await world.settled()

      expect([before.groups.length, before.brands, theirs]).toEqual([4, [11, 12], { [ADA]: 12 }])
      expect(after).toMatchObject(gone)
      // Bob is not in the group that the directory has no say in
      expect(others).toEqual({ 'bob@example.org': 8, nobody: 4 })
      expect([...new Set(order)].slice(0, 3)).toEqual([
        'PUT /api/v2/tickets/update_many',
        'PUT /api/v2/users/ID',
        'POST /api/v2/users/logout_many',
      ])
      expect(sessions.count).toBe(0)
      expect(await seatOfAda(world)).toEqual(before)
      expect(await ticketsByAssignee(world)).toEqual(others)
      expect({ ...(await unrest(world)), problems: [] }).toEqual(QUIET)
    },
  )
})
