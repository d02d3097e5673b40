import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { defaultGroupOf, groupOfZendesk, putInto, QUIET_DEFAULTS, restOf } from '../fixtures/default-groups.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const MAP = { default_group: 'departmentNumber', role: { allowDowngrade: true } }
const GROUPS = { agents: ['ada', 'bob'], 'zd-team': ['ada', 'bob'], 'zd-night': ['ada', 'bob'] }

function directory(ada: string, bob = 'zd-team'): string {
  const people = [
    { uid: 'ada', departmentNumber: ada },
    { uid: 'bob', departmentNumber: bob },
    { uid: 'eve', departmentNumber: 'zd-team' },
  ]
  return directoryOf(people, GROUPS)
}

async function open({ config = {}, ...options }: WorldOptions): Promise<World> {
  return openWorld({ ...options, config: { ...config, users: { map: MAP, ...(config.users as object) } } })
}

const set = (uid: string, departmentNumber: string) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { departmentNumber } })

describe('the default group of an agent', () => {
  it('is the one of the mapping once they and the group are there, and is sent once', async () => {
    world = await open({ ldif: directory('ZD-Night') })
    await world.step()
    await world.step()

    expect(await defaultGroupOf(world, 'ada')).toBe('zd-night')
    expect(await defaultGroupOf(world, 'bob')).toBe('zd-team')
    expect(await defaultGroupOf(world, 'eve')).toBeNull()
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('is given by the groups of the directory, or to all', async () => {
    const byGroup = { [groupDn('zd-night')]: 'zd-night' }
    world = await open({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { ...GROUPS, 'zd-night': ['ada'] }),
      config: { users: { map: { default_group: { byGroup, default: 'zd-team' } } } },
    })
    await world.step()
    await world.step()

    expect([await defaultGroupOf(world, 'ada'), await defaultGroupOf(world, 'bob')]).toEqual(['zd-night', 'zd-team'])
  })

  it('follows the directory, be it that they are in the new one already, or join it with that', async () => {
    world = await open({ ldif: directory('zd-night') })
    await world.step()
    await set('ada', 'zd-team')
    await set('bob', 'zd-late')
    await addEntry(world.slapd, groupDn('zd-late'), {
      objectClass: 'groupOfNames',
      cn: 'zd-late',
      member: personDn('bob'),
    })
    await modifyEntry(world.slapd, groupDn('zd-team'), { delete: { member: personDn('bob') } })
    await world.step()
    await world.step()

    expect([await defaultGroupOf(world, 'ada'), await defaultGroupOf(world, 'bob')]).toEqual(['zd-team', 'zd-late'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('can be one of Zendesk’s own: who is not in it is told, and gets it with the first cycle once they are', async () => {
    world = await open({ ldif: directory('By hand') })
    const byHand = await groupOfZendesk(world, 'By hand')
    await world.step()
    await world.step()
    const told = (await world.problems('user')).map(({ code, what, todo }) => `${code} ${what}. ${todo}`)
    await world.zendesk.forgetRequests()
    await world.step()
    await world.fullStep()
    const writes = await world.zendesk.writes()
    await putInto(world, 'ada', byHand)
    const before = await defaultGroupOf(world, 'ada')
    await world.step()

    expect(told).toEqual([
      `NOT_IN_DEFAULT_GROUP Zendesk group ${byHand} is to be the default group of 'ada@example.org', who is not in it. Put them into the group, in the directory or in Zendesk: it is their default one from then on. Or correct the value or its mapping`,
    ])
    expect([writes, before]).toEqual([[], expect.not.stringMatching('By hand')])
    expect(await defaultGroupOf(world, 'ada')).toBe('By hand')
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('is not told of who leaves before they are in it, and told again when they are back', async () => {
    world = await open({ ldif: directory('By hand') })
    await groupOfZendesk(world, 'By hand')
    await world.step()
    await world.step()
    const codes = async () => (await world.problems('user')).map(({ code }) => code)
    const told = [await codes()]
    await modifyEntry(world.slapd, personDn('ada'), { add: { employeeStatus: 'left' } })
    await world.step()
    const { asked, problems } = await restOf(world)
    await modifyEntry(world.slapd, personDn('ada'), { delete: { employeeStatus: [] } })
    await world.step()
    await world.step()
    told.push(await codes())

    expect([asked, problems]).toEqual([[], []])
    expect(told).toEqual([['NOT_IN_DEFAULT_GROUP'], ['NOT_IN_DEFAULT_GROUP']])
  })

  it('is set for who was put into it by hand before we did', async () => {
    world = await open({ ldif: directory('zd-night') })
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-night'), { delete: { member: personDn('ada') } })
    await world.step()
    const night = (await world.zendesk.groups()).find(({ name }) => name === 'zd-night')!
    await putInto(world, 'ada', night.id)
    await modifyEntry(world.slapd, groupDn('zd-night'), { add: { member: personDn('ada') } })
    await world.step()
    await world.step()

    expect(await defaultGroupOf(world, 'ada')).toBe('zd-night')
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('that Zendesk does not have is told by its name, and the rest is written', async () => {
    world = await open({ ldif: directory('zd-nigth') })
    await world.step()

    const told = (await world.problems('connection')).map(({ code, what, todo }) => `${code} ${what}. ${todo}`)
    expect(told).toEqual([
      expect.stringMatching(
        /^DEFAULT_GROUP_UNKNOWN Zendesk has no group 'zd-nigth': 1 person is written without it \(ada@example.org\)/,
      ),
    ])
    expect((await world.zendesk.user('ada@example.org'))?.role).toBe('agent')
  })

  it('is known by the name that the directory gives it, before Zendesk has that, and when it is made anew', async () => {
    world = await open({ ldif: directory('zd-night') })
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-night'), { replace: { description: 'x' } })
    const night = (await world.zendesk.groups()).find(({ name }) => name === 'zd-night')!
    await world.zendesk.call('DELETE', `/api/v2/groups/${night.id}`)
    await world.fullStep()
    await world.step()
    await world.step()

    const anew = (await world.zendesk.groups()).find(({ name }) => name === 'zd-night')!
    expect(anew.id).not.toBe(night.id)
    expect(await defaultGroupOf(world, 'ada')).toBe('zd-night')
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('is set again for whom a promotion makes an agent again', async () => {
    world = await open({ ldif: directory('zd-night') })
    await world.step()
    await modifyEntry(world.slapd, groupDn('agents'), { delete: { member: personDn('ada') } })
    await world.step()
    const without = await defaultGroupOf(world, 'ada')
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('ada') } })
    await world.step()

    expect([without, await defaultGroupOf(world, 'ada')]).toEqual([null, 'zd-night'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it.each([['report'], ['repair']] as const)('that somebody changed by hand, with drift: %s', async (drift) => {
    world = await open({ ldif: directory('zd-night'), config: { drift } })
    await world.step()
    await world.step()
    const team = (await world.zendesk.groups()).find(({ name }) => name === 'zd-team')!
    await putInto(world, 'ada', team.id, { isThere: true })
    await world.fullStep()

    expect(await defaultGroupOf(world, 'ada')).toBe(drift === 'repair' ? 'zd-night' : 'zd-team')
    const told = (await world.problems('user')).map(({ what }) => what).join()
    expect(told.includes('default_group_id')).toBe(drift === 'report')
  })

  it.each([
    ['while their groups are read', 'timeout-after', 'GET /api/v2/users/\\d+/group_memberships'],
    ['before it is set', 'timeout-before', 'PUT /api/v2/users/\\d+/group_memberships/\\d+/make_default'],
    [
      'after that, before it is recorded',
      'timeout-after',
      'PUT /api/v2/users/\\d+/group_memberships/\\d+/make_default',
    ],
  ])('survives a worker that is killed %s', async (_when, kind, path) => {
    world = await open({ ldif: directory('zd-night'), workers: 0 })
    await killWhileItWaits(world, kind, [path], () => set('ada', 'zd-team'))
    await world.addWorker()
    await world.settled()

    expect(await defaultGroupOf(world, 'ada')).toBe('zd-team')
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('survives a worker that is killed while it makes the agent, and while it puts them into it', async () => {
    world = await open({ ldif: directory('zd-night'), workers: 0 })
    await killWhileItWaits(world, 'timeout-after', ['POST /api/v2/users$'], async () => {
      await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid', departmentNumber: 'zd-night' }))
      for (const name of ['agents', 'zd-team', 'zd-night'])
        await modifyEntry(world.slapd, groupDn(name), { add: { member: personDn('cid') } })
    })
    await world.addWorker()
    await world.settled()
    await world.step()

    expect(await defaultGroupOf(world, 'cid')).toBe('zd-night')
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })
})
