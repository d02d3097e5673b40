import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

const AGENTS = ['ada', 'bob', 'cid', 'dan']
const LEFT = 'ou=left,dc=example,dc=org'
const mails = (...uids: string[]) => uids.map((uid) => `${uid}@example.org`)

/** Ada is disabled, Bob deleted, Cid moved out of scope; Dan stays. */
const LEAVE = {
  disabled: { uid: 'ada', go: (world: World) => disable(world, 'ada') },
  deleted: {
    uid: 'bob',
    go: (world: World) => takeAway(world, 'bob', () => deleteEntry(world.slapd, personDn('bob'))),
  },
  outOfScope: {
    uid: 'cid',
    go: (world: World) => takeAway(world, 'cid', () => renameEntry(world.slapd, personDn('cid'), 'uid=cid', LEFT)),
  },
} as const

function disable(world: World, uid: string) {
  return modifyEntry(world.slapd, personDn(uid), { add: { employeeStatus: 'left' } })
}

async function takeAway({ slapd }: World, uid: string, leave: () => Promise<void>) {
  await modifyEntry(slapd, groupDn('zd-team'), { delete: { member: personDn(uid) } })
  await leave()
}

const ldif = [
  directoryOf(
    AGENTS.map((uid) => ({ uid })),
    { agents: AGENTS, 'zd-team': AGENTS },
  ),
  ldifEntry(LEFT, { objectClass: 'organizationalUnit', ou: 'left' }),
].join('\n')

const configOf = (after: string, remove = {}) => ({
  users: { removeAfter: { disabled: after, deleted: after, outOfScope: after }, remove },
})

const suspended = async ({ zendesk }: World) =>
  (await zendesk.users()).filter((user) => user.suspended).map(({ email }) => email)

describe('who leaves where users.removeAfter gives them time', () => {
  it('stays as they are, groups included, and is told of; back in time, nothing has happened', async () => {
    const world = owned.use(await openWorld({ ldif, config: configOf('2h') }))
    await world.step()
    await world.zendesk.forgetRequests()
    const from = Date.now()

    for (const { go } of Object.values(LEAVE)) await go(world)
    await world.step()
    await world.fullStep()
    const told = await world.problems('user')
    await modifyEntry(world.slapd, personDn('ada'), { delete: { employeeStatus: [] } })
    await renameEntry(world.slapd, `uid=cid,${LEFT}`, 'uid=cid', 'ou=people,dc=example,dc=org')
    await modifyEntry(world.slapd, groupDn('zd-team'), { add: { member: personDn('cid') } })
    await world.step()

    expect(told.map(({ code, what }) => [code, what.split(' after ')[0]]).sort()).toEqual([
      ['LEAVING', "'ada@example.org' is disabled, and is suspended"],
      ['LEAVING', "'bob@example.org' is not found any more, and is suspended"],
      ['LEAVING', "'cid@example.org' is not found any more, and is suspended"],
    ])
    const hour = 3_600_000
    for (const { what } of told) {
      const due = Date.parse(`${/after (\S+ \S+) UTC/.exec(what)![1]!.replace(' ', 'T')}Z`)
      expect(due).toBeGreaterThan(from + 2 * hour - 61_000)
      expect(due).toBeLessThan(Date.now() + 2 * hour)
    }
    expect(await world.zendesk.writes()).toEqual([])
    expect(await world.zendesk.members('zd-team')).toEqual(mails(...AGENTS))
    expect((await world.problems('user')).map(({ code, what }) => [code, what.slice(1, 4)])).toEqual([
      ['LEAVING', 'bob'],
    ])
  })

  it('is removed once it has passed since they were first seen leaving, and leaves the groups', async () => {
    const world = owned.use(await openWorld({ ldif, config: configOf('2h') }))
    await world.step()
    for (const { go } of Object.values(LEAVE)) await go(world)
    await world.step()
    const before = await suspended(world)
    await world.stopProduct()

    const later = owned.use(
      await openWorld({ ldif: '', servers: world, config: configOf('1s', { deleted: 'delete' }) }),
    )
    await until(
      async () => {
        await later.step()
        return (await later.problems('user')).length === 0
      },
      20_000,
      async () => JSON.stringify(await later.problems('user')),
    )

    expect(before).toEqual([])
    expect(await suspended(later)).toEqual(mails('ada', 'cid'))
    expect((await later.zendesk.users()).map(({ email }) => email)).toEqual(mails('ada', 'cid', 'dan'))
    // who is disabled is in the directory's group as before
    expect(await later.zendesk.members('zd-team')).toEqual(mails('ada', 'dan'))
    expect(await later.problems('user')).toEqual([])
  })

  it.each([
    [
      'who is an admin, of whom Zendesk is asked first',
      {},
      { allowAdmin: true, byGroup: { [groupDn('agents')]: 'admin' } },
    ],
    ['whom the guard holds, once an admin has approved it', { users: { min: 0, share: '0%' } }, {}],
  ])('is removed once it has passed: %s', async (_what, guard, role) => {
    const removeAfter = { disabled: '1s' }
    const world = owned.use(
      await openWorld({
        ldif,
        config: { users: { removeAfter, map: { role: { ...role, default: 'agent' } } }, guard },
      }),
    )
    await world.step()
    await disable(world, 'ada')
    const steps = async (isDone: () => Promise<boolean>, what: string) =>
      until(
        async () => {
          await world.step()
          return isDone()
        },
        30_000,
        async () => `${what}: ${JSON.stringify(await world.problems('user'))}`,
      )

    if ('users' in guard) {
      await steps(async () => (await world.ledger.held()).length > 0, 'nothing is held')
      await world.step()
      expect(await world.ledger.held()).toHaveLength(1)
      await runCli(world, ['approve', 'staff', '--yes'])
    }
    await steps(async () => (await suspended(world)).length > 0, 'nobody is suspended')

    expect(await suspended(world)).toEqual(mails('ada'))
    const noted = () => world.redis.hlen('{zp:acme}:staff:leaving')
    const before = await noted()
    await modifyEntry(world.slapd, personDn('ada'), { delete: { employeeStatus: [] } })
    await world.step()
    expect([before, await noted()]).toEqual([1, 0])
  })

  it('has all of it again once they were back, though their entry could not be planned then', async () => {
    const world = owned.use(await openWorld({ ldif, config: configOf('2h') }))
    await world.step()
    const leaving = () => world.redis.hkeys('{zp:acme}:staff:leaving')

    await disable(world, 'ada')
    await world.step()
    const [noted] = await leaving()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: 'no address', employeeStatus: [] } })
    await world.step()
    const back = await leaving()
    await disable(world, 'ada')
    await world.step()

    expect(noted).toBeDefined()
    expect(back).toEqual([])
    expect(await leaving()).toEqual([noted])
    expect(await suspended(world)).toEqual([])
  })

  it('is not told to leave when nobody may remove them', async () => {
    const account = { protect: ['ada@example.org'] }
    const world = owned.use(await openWorld({ ldif, config: { ...configOf('2h'), account } }))
    await world.step()
    await disable(world, 'ada')
    await world.step()

    expect((await world.problems('user')).map(({ code }) => code)).toEqual(['USER_PROTECTED'])
  })

  it('has no more of it for a status that could not be read in between', async () => {
    const directory = { expires: 'description' }
    const world = owned.use(await openWorld({ ldif, config: { ...configOf('2h'), directory } }))
    await world.step()
    const since = () => world.redis.hvals('{zp:acme}:staff:leaving')
    await disable(world, 'ada')
    await world.step()
    const before = await since()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: [], description: 'no time' } })
    for (let i = 0; i < 3; i++) await world.step()
    const told = (await world.problems('user')).map(({ code }) => code)
    const between = await since()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left', description: [] } })
    await world.step()

    expect(before).toHaveLength(1)
    expect(told).toEqual(['STATUS_UNREADABLE'])
    expect([between, await since()]).toEqual([before, before])
  })

  it('has no more time where another cause has none, and where Zendesk had them before we knew', async () => {
    const removeAfter = { disabled: '2h' }
    const world = owned.use(await openWorld({ ldif, config: { users: { removeAfter } } }))
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'eve', email: 'eve@example.org' } })
    await world.step()

    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', employeeStatus: 'left' }))
    await LEAVE.deleted.go(world)
    await LEAVE.disabled.go(world)
    await world.step()

    expect(await suspended(world)).toEqual(mails('bob', 'eve'))
  })
})
