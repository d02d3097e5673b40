import { afterEach, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import {
  ADA,
  CAUSES,
  leaveGroups,
  LIGHT_AGENT_ROLE,
  openWithAda,
  QUIET,
  SEATLESS,
  seatOfAda,
  unrest,
} from '../fixtures/seated-agent.ts'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { personDn } from '../fixtures/people.ts'
import type { World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

it.each(['downgrade', 'light-agent'])(
  'an agent who left with agents: %s, and whose role the guard holds when they are back, has all of it once it is approved',
  async (agents) => {
    world = await openWithAda(agents, { remove: { guard: { promotions: { share: '0%', min: 0 } } } })
    const before = await seatOfAda(world)

    await CAUSES.disabled.leave(world)
    await world.step()
    const gone = await seatOfAda(world)
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.fullStep()
    const back = await seatOfAda(world)
    const held = (await world.ledger.held()).map(({ category }) => category)
    await runCli(world, ['approve', 'staff', '--yes'])
    await world.step()
    await world.settled()

    expect(gone.suspended).toBe(true)
    expect(held).toEqual(['promotions'])
    expect(back).toEqual({ ...gone, suspended: false })
    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  },
)

it('a light agent by us who is made an end user later has what they had as an agent', async () => {
  world = await openWithAda({ disabled: 'light-agent', deleted: 'downgrade' })
  const before = await seatOfAda(world)

  await CAUSES.disabled.leave(world)
  await world.step()
  const light = await seatOfAda(world)
  await leaveGroups(world)
  await deleteEntry(world.slapd, personDn('ada'))
  await world.step()
  const gone = await seatOfAda(world)
  await CAUSES.deleted.comeBack(world)
  await world.step()
  await world.settled()

  expect(light).toMatchObject({ suspended: true, customRole: LIGHT_AGENT_ROLE })
  expect(gone).toMatchObject(SEATLESS)
  expect(await seatOfAda(world)).toEqual(before)
  expect(await unrest(world)).toEqual(QUIET)
})

it('what was kept of somebody who never lost their seat is forgotten, and makes nobody an admin later', async () => {
  world = await openWithAda('downgrade')
  const { id } = (await world.zendesk.user(ADA))!
  const kept = { attributes: { role: 'agent', custom_role_id: 71 }, groups: [], defaultGroup: null }
  await world.redis.hset('{zp:acme}:staff:entitlements', 'ada', JSON.stringify(kept))

  await world.fullStep()
  const left = await world.redis.hgetall('{zp:acme}:staff:entitlements')
  await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { custom_role_id: null } })
  await world.fullStep()

  expect(left).toEqual({})
  expect((await seatOfAda(world)).customRole).toBeNull()
})
