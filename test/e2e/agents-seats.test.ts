import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { groupDn, personDn } from '../fixtures/people.ts'
import {
  ADA,
  AGENTS,
  CAUSES,
  CUSTOM_ROLE,
  ldif,
  leaveGroups,
  LIGHT_AGENT_ROLE,
  openWithAda,
  QUIET,
  SEATLESS,
  seatOfAda,
  unrest,
  leaveZendeskGroup,
} from '../fixtures/seated-agent.ts'
import { forgetting } from '../fixtures/forgetful-redis.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe('an agent who leaves with remove.agents: downgrade', () => {
  it.each(Object.keys(CAUSES) as (keyof typeof CAUSES)[])(
    'as %s is suspended, signed out and an end user, in one write; back, all is as before',
    async (cause) => {
      world = await openWithAda('downgrade')
      const before = await seatOfAda(world)
      await world.zendesk.forgetRequests()

      await CAUSES[cause].leave(world)
      const plan = (await runCli(world, ['plan'])).stdout
      await world.step()
      const gone = await seatOfAda(world)
      const writes = (await world.zendesk.writes()).map(({ method, path, body }) => [method, path, body] as const)
      const { id } = (await world.zendesk.user(ADA))!
      const sessions = await world.zendesk.call<{ count: number }>('GET', `/api/v2/users/${id}/sessions`)
      const away = await unrest(world)
      await CAUSES[cause].comeBack(world)
      const planBack = (await runCli(world, ['plan'])).stdout
      await world.step()
      await world.settled()

      expect(plan).toContain('Seats: 1 comes free.')
      expect(planBack).toContain('Seats: 1 more is taken.')
      expect(before).toMatchObject({
        role: 'agent',
        customRole: CUSTOM_ROLE,
        restriction: 'groups',
        defaultGroup: 'By hand',
      })
      expect(before.groups).toEqual(['By hand', 'Support', 'zd-night', 'zd-team'])
      expect(gone).toMatchObject(SEATLESS)
      expect(writes.map(([method, path]) => `${method} ${path.replace(/\d+$/, 'ID')}`)).toEqual([
        'PUT /api/v2/users/ID',
        'POST /api/v2/users/logout_many',
      ])
      expect(writes[0]![2]).toMatchObject({ user: { role: 'end-user', suspended: true } })
      expect(sessions.count).toBe(0)
      expect(away).toMatchObject({ writes: [], problems: [], waiting: [] })
      expect(await seatOfAda(world)).toEqual(before)
      expect(await unrest(world)).toEqual(QUIET)
    },
  )

  it('has a group of the directory’s as the default one again', async () => {
    world = await openWithAda('downgrade', { defaultGroup: 'zd-night' })
    const before = await seatOfAda(world)

    await CAUSES.disabled.leave(world)
    await world.step()
    const gone = await seatOfAda(world)
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.settled()

    expect(before.defaultGroup).toBe('zd-night')
    expect(gone).toMatchObject(SEATLESS)
    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it('is not left in the account’s default group, into which Zendesk puts new agents, if they were not in it', async () => {
    world = await openWithAda('downgrade')
    const { id } = (await world.zendesk.user(ADA))!
    await leaveZendeskGroup(world, id, 'Support')
    const before = await seatOfAda(world)

    await CAUSES.disabled.leave(world)
    await world.step()
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.settled()

    expect(before.groups).toEqual(['By hand', 'zd-night', 'zd-team'])
    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it('gets no group back from which the directory has taken them meanwhile', async () => {
    world = await openWithAda('downgrade')
    await CAUSES.disabled.leave(world)
    await world.step()

    await modifyEntry(world.slapd, groupDn('zd-night'), { delete: { member: personDn('ada') } })
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.settled()

    expect((await seatOfAda(world)).groups).toEqual(['By hand', 'Support', 'zd-team'])
    expect(await unrest(world)).toEqual(QUIET)
  })

  it('together with others, in bulk, keeps and gets back what is theirs', async () => {
    world = await openWithAda('downgrade', { sandbox: { bulkImport: true } })
    const before = await seatOfAda(world)
    const others = await world.zendesk.members('zd-team')
    const each = (change: object) => Promise.all(AGENTS.map((uid) => modifyEntry(world.slapd, personDn(uid), change)))

    await each({ add: { employeeStatus: 'left' } })
    await world.step()
    const gone = await world.zendesk.users()
    const members = await world.zendesk.members('zd-team')
    await each({ delete: { employeeStatus: [] } })
    await world.step()
    await world.settled()

    expect(gone.map(({ role, suspended }) => [role, suspended])).toEqual(AGENTS.map(() => ['end-user', true]))
    expect([others.length, members]).toEqual([4, []])
    expect(await seatOfAda(world)).toEqual(before)
    expect(await world.zendesk.members('zd-team')).toEqual(others)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it.each([
    ['alone', []],
    ['with others, in one bulk write', ['bob', 'cid']],
  ])('has all of it again though Redis forgets that they left %s', async (_how, others) => {
    world = await openWithAda('downgrade')
    const before = await seatOfAda(world)
    await world.zendesk.forgetRequests()
    await forgetting(world, async () => {
      await CAUSES.disabled.leave(world)
      for (const uid of others) await modifyEntry(world.slapd, personDn(uid), { add: { employeeStatus: 'left' } })
      await world.step()
    })
    const isBulk = (await world.zendesk.writes()).some(({ path }) => path === '/api/v2/users/update_many')
    await world.step()
    const gone = await seatOfAda(world)
    await CAUSES.disabled.comeBack(world)
    for (const uid of others) await modifyEntry(world.slapd, personDn(uid), { delete: { employeeStatus: [] } })
    await world.step()
    await world.settled()

    expect(isBulk).toBe(others.length > 0)
    expect(gone).toMatchObject(SEATLESS)
    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it('loses the seat that an earlier configuration left them, and only then', async () => {
    world = await openWithAda({ deleted: 'downgrade' })

    await CAUSES.disabled.leave(world)
    await world.step()
    const kept = await seatOfAda(world)
    await leaveGroups(world)
    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()
    await world.fullStep()

    expect(kept).toMatchObject({ suspended: true, role: 'agent', customRole: CUSTOM_ROLE })
    expect(await seatOfAda(world)).toMatchObject(SEATLESS)
  })

  it('is suspended though Zendesk does not let us take the role, which is told', async () => {
    world = await openWithAda('downgrade')
    await world.fault({ method: 'PUT', path: '/api/v2/users/\\d+$', kind: '403', times: 1 })

    await CAUSES.disabled.leave(world)
    await world.step()
    const gone = await seatOfAda(world)
    const told = await world.problems('user')
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.settled()

    expect(gone).toMatchObject({ suspended: true, role: 'agent', customRole: CUSTOM_ROLE })
    expect(told).toMatchObject([{ code: 'SEAT_NOT_FREED', what: expect.stringMatching(/ada.*suspended, and keeps/) }])
    expect(await seatOfAda(world)).toMatchObject({
      suspended: false,
      role: 'agent',
      customRole: CUSTOM_ROLE,
      defaultGroup: 'By hand',
    })
    expect(await unrest(world)).toEqual(QUIET)
  })

  it('is suspended at once though Zendesk does not show their groups, and loses the seat later', async () => {
    world = await openWithAda('downgrade')
    const before = await seatOfAda(world)
    await world.fault({ method: 'GET', path: 'users/\\d+/group_memberships', kind: '500', times: 1 })

    await CAUSES.disabled.leave(world)
    await world.step()
    const first = await seatOfAda(world)
    await world.step()
    const second = await seatOfAda(world)
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.settled()

    expect(first).toMatchObject({ suspended: true, role: 'agent' })
    expect(second).toMatchObject(SEATLESS)
    expect(await seatOfAda(world)).toEqual(before)
  })
})

describe('an agent who leaves with remove.agents: light-agent', () => {
  it('is a suspended light agent in their groups, and an agent again when they are back', async () => {
    world = await openWithAda('light-agent')
    const before = await seatOfAda(world)

    await CAUSES.disabled.leave(world)
    await world.step()
    const gone = await seatOfAda(world)
    const away = await unrest(world)
    await CAUSES.disabled.comeBack(world)
    await world.step()
    await world.settled()

    expect(gone).toEqual({ ...before, suspended: true, customRole: LIGHT_AGENT_ROLE })
    expect(away).toMatchObject({ writes: [], problems: [], waiting: [] })
    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it('is suspended on an account that has no light agents, which is told', async () => {
    world = await openWorld({ ldif, config: { users: { remove: { agents: 'light-agent' } } } })
    await world.step()
    await CAUSES.disabled.leave(world)
    await world.step()

    expect(await seatOfAda(world)).toMatchObject({ suspended: true, role: 'agent' })
    expect((await world.problems('connection')).map(({ code }) => code)).toEqual(['LIGHT_AGENT_ROLE_MISSING'])
  })
})
