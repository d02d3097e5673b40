import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { pause } from '@provisioner/shared/ledger/pauses.ts'
import { groupOfZendesk, groupsOf, putInto, QUIET_DEFAULTS, restOf } from '../fixtures/default-groups.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

/** The account's default group in the sandbox. */
const HOME = 'Support'

/** Ada and Bob are agents, Eve is none. @param team who is in a group */
function open(users: object = {}, options: Partial<WorldOptions> = {}, team = ['ada', 'bob']): Promise<World> {
  return openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'eve' }], { agents: ['ada', 'bob'], 'zd-team': team }),
    config: { users: { accountDefaultGroup: 'leave', map: { role: { allowDowngrade: true } }, ...users } },
    ...options,
  })
}

/** Agents whom Zendesk has before we come. */
function agents(...names: string[]) {
  return { users: names.map((name) => ({ name, email: `${name.toLowerCase()}@example.org`, role: 'agent' })) }
}

const join = (uid: string, ...groups: string[]) =>
  Promise.all(groups.map((name) => modifyEntry(world.slapd, groupDn(name), { add: { member: personDn(uid) } })))

describe('an agent whom Zendesk puts into the account’s default group', () => {
  it('stays in it by default', async () => {
    world = await open({ accountDefaultGroup: 'keep' })
    await world.step()

    expect(await groupsOf(world, 'ada')).toEqual([HOME, 'zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it.each([[false], [true]])('leaves it with the first group that the directory gives them: bulk %s', async (bulk) => {
    world = await open({}, { sandbox: { bulkImport: bulk } }, ['ada'])
    await world.step()
    await world.settled()
    const first = [await groupsOf(world, 'ada'), await groupsOf(world, 'bob')]
    await join('bob', 'zd-team')
    await world.step()

    expect(first).toEqual([['zd-team'], [HOME]])
    expect(await groupsOf(world, 'bob')).toEqual(['zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('leaves it while removals are paused: the additions are recorded', async () => {
    world = await open({}, {}, ['ada'])
    await world.step()
    const at = Date.now()
    await pause(world.redis, 'acme', { scope: 'removals' }, { by: 'ada@host', at })
    // workers know of it half a second later
    await until(
      () => Date.now() > at + 1_000,
      5_000,
      () => 'the clock stands',
    )
    await join('bob', 'zd-team')
    await world.cycle()
    await until(
      async () => (await world.ledger.pending()).length === 0,
      60_000,
      async () => `pending: ${(await world.ledger.pending()).join(', ')}`,
    )

    expect(await groupsOf(world, 'bob')).toEqual(['zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('leaves it too when a promotion makes them one', async () => {
    world = await open()
    await world.step()
    await join('eve', 'agents', 'zd-team')
    await world.step()

    expect(await groupsOf(world, 'eve')).toEqual(['zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('leaves it when they come back after their seat was taken', async () => {
    world = await open({ remove: { agents: 'downgrade' } })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { add: { employeeStatus: 'left' } })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { delete: { employeeStatus: [] } })
    await world.step()
    await world.settled()

    expect(await groupsOf(world, 'ada')).toEqual(['zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('stays in it where they were an agent before, the mapping gives it, or the directory manages it', async () => {
    world = await open(
      { map: { role: { allowDowngrade: true }, default_group: { default: HOME } } },
      { sandbox: { before: agents('Bob') } },
      ['ada'],
    )
    await world.step()
    await world.step()
    await join('bob', 'zd-team')
    await world.step()

    expect(await groupsOf(world, 'ada')).toEqual([HOME, 'zd-team'])
    expect(await groupsOf(world, 'bob')).toEqual([HOME, 'zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('stays in it as an adopted agent, who was in it before', async () => {
    world = await open({}, { sandbox: { before: agents('Ada') } })
    await world.step()

    expect(await groupsOf(world, 'ada')).toEqual([HOME, 'zd-team'])
  })

  it('that Zendesk does not let them leave is told, and tried again with the next group', async () => {
    world = await open()
    await world.fault({ method: 'DELETE', path: '/group_memberships/\\d+$', kind: '403', times: 1 })
    await world.step()
    const told = (await world.problems('user')).map(({ code }) => code)
    await addEntry(world.slapd, groupDn('zd-late'), {
      objectClass: 'groupOfNames',
      cn: 'zd-late',
      member: personDn('ada'),
    })
    await world.step()
    await world.settled()

    expect(told).toEqual(['DEFAULT_GROUP_NOT_LEFT'])
    expect(await groupsOf(world, 'ada')).toEqual(['zd-late', 'zd-team'])
  })

  it('leaves it once they are given another default group by hand, which the mapping asks for', async () => {
    world = await open({ map: { role: { allowDowngrade: true }, default_group: { default: 'By hand' } } }, {}, [])
    const byHand = await groupOfZendesk(world, 'By hand')
    await world.step()
    await putInto(world, 'bob', byHand)
    await world.step()
    await world.settled()

    expect(await groupsOf(world, 'bob')).toEqual(['By hand'])
  })

  it('leaves it with their first group too where that default group was set by hand already', async () => {
    world = await open({ map: { role: { allowDowngrade: true }, default_group: { default: 'By hand' } } }, {}, [])
    const byHand = await groupOfZendesk(world, 'By hand')
    await world.step()
    await putInto(world, 'bob', byHand)
    await putInto(world, 'bob', byHand, { isThere: true })
    await world.step()
    const before = await groupsOf(world, 'bob')
    await join('bob', 'zd-team')
    await world.step()
    await world.settled()

    expect(before).toEqual(['By hand', HOME])
    expect(await groupsOf(world, 'bob')).toEqual(['By hand', 'zd-team'])
  })

  it.each([
    ['after they are made', 'timeout-after', 'POST /api/v2/users$'],
    ['before they leave it', 'timeout-before', 'DELETE /api/v2/group_memberships/\\d+$'],
    ['after that, before it is recorded', 'timeout-after', 'DELETE /api/v2/group_memberships/\\d+$'],
    ['while their groups are read', 'timeout-after', 'GET /api/v2/users/\\d+/group_memberships'],
  ])('leaves it by a worker that is killed %s', async (_when, kind, path) => {
    world = await open({}, { workers: 0 })
    await killWhileItWaits(world, kind, [path], async () => {
      await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid' }))
      await join('cid', 'agents', 'zd-team')
    })
    await world.addWorker()
    await world.settled()
    await world.step()

    expect(await groupsOf(world, 'cid')).toEqual(['zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })

  it('leaves it when a worker is killed after a promotion', async () => {
    world = await open({}, { workers: 0 })
    await killWhileItWaits(world, 'timeout-after', ['PUT /api/v2/users/\\d+$'], () => join('eve', 'agents', 'zd-team'))
    await world.addWorker()
    await world.settled()

    expect(await groupsOf(world, 'eve')).toEqual(['zd-team'])
    expect(await restOf(world)).toEqual(QUIET_DEFAULTS)
  })
})
