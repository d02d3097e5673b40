import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = Array.from({ length: 20 }, (_one, i) => ({
  uid: `user${String(i).padStart(2, '0')}`,
  telephoneNumber: '1',
}))
const tight = {
  users: { share: '5%', min: 3 },
  memberships: { share: '5%', min: 3 },
  clearings: { share: '5%', min: 3 },
}
const suspended = async () => (await world.zendesk.users()).filter((user) => user.suspended).length

async function leave(count: number, from = 0): Promise<void> {
  for (const { uid } of people.slice(from, from + count)) await deleteEntry(world.slapd, personDn(uid))
}

describe('the guard', () => {
  it('lets removals within its limit go, and counts them over its window', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { guard: tight } })
    await world.step()

    await leave(2)
    await world.step()
    const within = await suspended()
    const { counted } = connectionKeys(STAFF)
    await world.redis.zadd(counted, 1, 'users|user|of-long-ago|1')
    await leave(2, 2)
    await world.step()

    expect([within, await suspended()]).toEqual([2, 2])
    expect(await world.ledger.held()).toHaveLength(2)
    expect(await world.redis.zcard(counted)).toBe(2)
  })

  it('holds all removals beyond its limit while everything else goes on, until they are approved', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { guard: tight } })
    await world.step()
    await leave(8)
    await modifyEntry(world.slapd, personDn('user19'), { replace: { telephoneNumber: '2' } })
    await world.step()
    const held = [await suspended(), (await world.zendesk.user('user19@example.org'))?.phone]

    const shown = await runCli(world, ['held'])
    const approved = await runCli(world, ['approve', 'staff', '--only', 'users'])
    await world.step()

    expect(held).toEqual([0, '2'])
    expect(shown.stdout).toContain("Connection 'staff': 8 held.")
    expect(shown.stdout).toContain('suspend user  user00@example.org  (deleted; uid=user00')
    expect(approved.stdout).toContain('8 held changes approved')
    expect(await suspended()).toBe(8)
    expect(await world.ledger.held()).toEqual([])
  })

  it('forgets what is held when the directory is mended', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { scope: people.map(({ uid }) => uid) }),
      config: {
        guard: tight,
        users: { locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }] },
      },
    })
    await world.step()
    const members = people.map(({ uid }) => personDn(uid))
    await modifyEntry(world.slapd, groupDn('scope'), { replace: { member: members.slice(0, 5) } })
    await world.step()
    const held = (await world.ledger.held()).length

    await modifyEntry(world.slapd, groupDn('scope'), { replace: { member: members } })
    await world.step()

    expect([held, (await world.ledger.held()).length, await suspended()]).toEqual([15, 0, 0])
  })

  it('keeps a rejected removal back for good, without asking again', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { guard: tight } })
    await world.step()
    await leave(8)
    await world.step()

    await runCli(world, ['reject', 'staff'])
    await world.step()

    expect(await suspended()).toBe(0)
    expect((await world.ledger.heldAndDecided()).map(({ decision }) => decision?.decision)).toEqual(
      Array.from({ length: 8 }, () => 'rejected'),
    )
    expect(await world.problems('connection')).toEqual([])
  })

  it('holds the clearing of one attribute for many users, and sends their other changes', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { guard: tight } })
    await world.step()
    for (const { uid } of people.slice(0, 6))
      await modifyEntry(world.slapd, personDn(uid), {
        delete: { telephoneNumber: [] },
        replace: { displayName: `New ${uid}` },
      })

    await world.step()

    const users = await world.zendesk.users()
    expect(users.filter((user) => user.phone === '1')).toHaveLength(20)
    expect(users.filter((user) => user.name.startsWith('New '))).toHaveLength(6)
    expect((await world.ledger.held()).map((change) => change.category)).toEqual(
      Array.from({ length: 6 }, () => 'clearings:phone'),
    )
  })

  it('holds membership removals beyond its limit', async () => {
    const uids = people.map(({ uid }) => uid)
    world = await openWorld({ ldif: directoryOf(people, { agents: uids, 'zd-sales': uids }), config: { guard: tight } })
    await world.step()

    await modifyEntry(world.slapd, groupDn('zd-sales'), { replace: { member: personDn('user00') } })
    await world.step()

    expect(await world.zendesk.members('zd-sales')).toHaveLength(20)
    expect(await world.ledger.held()).toHaveLength(19)
  })

  it('never suspends a protected user', async () => {
    world = await openWorld({ ldif: directoryOf(people.slice(0, 2)), config: { account: { protect: ['user00@*'] } } })
    await world.step()

    await leave(2)
    await world.step()

    expect((await world.zendesk.users()).map(({ email, suspended: off }) => [email, off])).toEqual([
      ['user00@example.org', false],
      ['user01@example.org', true],
    ])
    expect((await world.problems('user')).map((problem) => problem.code)).toEqual(['USER_PROTECTED'])
  })
})

describe('the first plan', () => {
  it('waits for approval: nothing is written to Zendesk before', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { firstRun: 'approve' } })
    await world.step()
    await world.step()
    const before = await world.zendesk.writes()

    const plan = await runCli(world, ['plan'])
    const approved = await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(before).toEqual([])
    expect(plan.stdout).toMatch(/create user\s+│\s+20/)
    expect(plan.stdout).toContain('This is the first plan.')
    expect(approved.stdout).toContain('the first plan is approved')
    expect(await world.zendesk.users()).toHaveLength(20)
  })

  it('may carry removals out that the guard alone would hold, once approved', async () => {
    const leavers = people.map((one) => ({ ...one, employeeStatus: 'left' }))
    world = await openWorld({ ldif: directoryOf(leavers), config: { firstRun: 'approve', guard: tight } })
    for (const { uid } of people)
      await world.zendesk.call('POST', '/api/v2/users', {
        user: { name: uid, email: `${uid}@example.org`, skip_verify_email: true },
      })
    await world.step()

    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(await suspended()).toBe(20)
  })
})

describe('provisioner plan', () => {
  it('shows what a cycle would do, and writes nothing to Redis or Zendesk', async () => {
    world = await openWorld({
      ldif: directoryOf(people.slice(0, 3), { agents: ['user00'], 'zd-sales': ['user00'] }),
      producers: 0,
      workers: 0,
    })

    // The test's own queues write their `meta` when they are ready.
    const keys = async () => (await world.redis.keys('*')).filter((key) => !key.endsWith(':meta')).sort()
    const before = await keys()
    const plan = await runCli(world, ['plan', '--json'])

    const shown = JSON.parse(plan.stdout) as { totals: object; changes: { operation: string }[] }
    expect(shown.totals).toEqual({ users: 3, groups: 1, memberships: 1 })
    expect(shown.changes.map((change) => change.operation)).toEqual([
      'create group',
      'create user',
      'create user',
      'create user',
      'add member',
    ])
    expect(await keys()).toEqual(before)
    expect(
      await world.zendesk.writes().then((writes) => writes.filter((one) => !one.path.startsWith('/oauth'))),
    ).toEqual([])
  })
})
