import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { openGatedWorld, type GatedWorld } from '../fixtures/gated-world.ts'
import { group, groupDn, person, personDn } from '../fixtures/people.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import type { World } from '../fixtures/world.ts'

let stage: GatedWorld
afterEach(() => stage?.[Symbol.asyncDispose]())

const summaryOf = (world: World) => world.logs.findLast((line) => line.msg === 'Cycle ended')
const comes = (world: World, uid: string) => addEntry(world.slapd, personDn(uid), person({ uid }))
const leaves = (world: World, uid: string) => deleteEntry(world.slapd, personDn(uid))

describe('a leaver, while Zendesk is looked at', () => {
  it.each([
    ['newcomers are looked for', (world: World) => comes(world, 'new'), (world: World) => world.cycle()],
    [
      'a group is looked for',
      (world: World) => addEntry(world.slapd, groupDn('zd-c'), group('zd-c', ['bob'])),
      (world: World) => world.cycle(),
    ],
    ['everything is audited', async () => {}, (world: World) => world.fullStep()],
  ] as const)('is suspended before the look has ended: %s', async (_case, change, run) => {
    stage = await openGatedWorld()
    const { world, gate } = stage
    stage.gateLooks()
    await change(world)
    await leaves(world, 'ada')
    await modifyEntry(world.slapd, personDn('eve'), { replace: { employeeStatus: 'left' } })

    const cycle = run(world)
    await stage.looking()
    await stage.suspended('ada')
    await stage.suspended('eve')
    expect(gate.waiting).not.toEqual([])
    await stage.rest(cycle)

    expect(summaryOf(world)).toMatchObject({ released: { 'suspend user': 2, 'remove member': 1 } })
    expect((await problemsTold(world)).filter(({ source }) => source === 'cycle')).toEqual([])
    expect(world.logs.filter((line) => line.msg === 'Released before Zendesk has answered')).toMatchObject([
      { released: { 'suspend user': 2, 'remove member': 1 } },
    ])
    expect(await world.zendesk.members('zd-a')).toEqual(['bob@example.org'])
    expect(await world.ledger.pending()).toEqual([])
  })

  it('who leaves while it lasts is suspended meanwhile, and who comes then is created after it', async () => {
    stage = await openGatedWorld({ config: { schedule: { every: '1s' } } })
    const { world, gate } = stage
    stage.gateLooks()
    const cycle = world.fullStep()
    await stage.looking()

    await leaves(world, 'ada')
    await comes(world, 'new')
    await stage.suspended('ada')
    expect(gate.waiting).not.toEqual([])
    await stage.rest(cycle)

    expect(await world.zendesk.user('new@example.org')).toMatchObject({ suspended: false })
    expect(summaryOf(world)).toMatchObject({ released: { 'suspend user': 1, 'create user': 1 } })
  })

  it.each(['500', 'html-200'])(
    'is suspended though Zendesk answers no look at all (%s), which is reported',
    async (kind) => {
      stage = await openGatedWorld()
      const { world } = stage
      await world.fault({ method: 'GET', path: '/users/count$', kind, times: 1 })
      await comes(world, 'new')
      await leaves(world, 'ada')

      await expect(world.cycle()).rejects.toThrow()
      await stage.suspended('ada')

      expect(await world.problems('connection')).toMatchObject([
        { todo: expect.stringContaining('What needs nothing from Zendesk was released all the same') },
      ])
      await world.step()
      expect(await world.problems('connection')).toEqual([])
      expect(await world.zendesk.user('new@example.org')).toBeDefined()
    },
  )

  it('is suspended by a producer that was just started, though names are to be read', async () => {
    const config = { users: { map: { organization: 'o' } } }
    const people = ['ada', 'bob'].map((uid) => ({ uid, o: 'Akme' }))
    const sandbox = { before: { organizations: [{ id: 77, name: 'Akme' }] } }
    stage = await openGatedWorld({ config, sandbox }, people)
    const next = await stage.restart({ config })
    stage.gate.close(({ method, path }) => method === 'GET' && /\/(organizations|me)$/.test(path))
    await leaves(next.world, 'ada')

    const cycle = next.world.fullStep()
    await next.suspended('ada')
    await next.looking()
    await next.rest(cycle)

    expect(await next.world.zendesk.user('bob@example.org')).toMatchObject({ organization_id: 77 })
  })

  it('who may be the API’s own user waits until it is known whose credentials are used; an end user does not', async () => {
    stage = await openGatedWorld()
    await stage.world.redis.del('{zp:acme}:account:api-user')
    const next = await stage.restart()
    stage.gate.close(({ path }) => path.endsWith('/users/me'))
    await leaves(next.world, 'ada')
    await leaves(next.world, 'eve')

    const cycle = next.world.cycle()
    await next.suspended('eve')
    await next.looking()
    expect(await next.isSuspended('ada')).toBe(false)
    await next.rest(cycle)

    expect(await next.isSuspended('ada')).toBe(true)
    expect(summaryOf(next.world)).toMatchObject({ released: { 'suspend user': 2 } })
  })
})

describe('the guard, over what goes before a look and what comes of it', () => {
  /** An entry that is disabled and that Zendesk has: to be linked and suspended once it is found. */
  const isFound = async (world: World, uid: string) => {
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: uid, email: `${uid}@example.org` } })
    await addEntry(world.slapd, personDn(uid), person({ uid, employeeStatus: 'left' }))
  }
  const guarded = (min: number) => ({ config: { guard: { users: { share: '0%', min } } } })

  it('lets no more go than its limit, and holds all that would go beyond it', async () => {
    stage = await openGatedWorld(guarded(3))
    const { world } = stage
    stage.gateLooks()
    for (const uid of ['gus', 'hal']) await isFound(world, uid)
    for (const uid of ['ada', 'eve']) await leaves(world, uid)

    const cycle = world.cycle()
    await stage.suspended('ada')
    await stage.suspended('eve')
    await stage.rest(cycle)

    expect(summaryOf(world)).toMatchObject({ released: { 'suspend user': 2 }, held: { users: 2 } })
    expect((await world.ledger.held()).map(({ label }) => label).sort()).toEqual(['gus@example.org', 'hal@example.org'])
    expect([await stage.isSuspended('gus'), await stage.isSuspended('hal')]).toEqual([false, false])
  })

  it('holds what it held, in one piece, while Zendesk is looked at, and carries out there what was approved', async () => {
    stage = await openGatedWorld(guarded(1))
    const { world } = stage
    for (const uid of ['ada', 'eve']) await leaves(world, uid)
    await world.step()
    const problems = await world.problems('connection')
    expect(problems).toMatchObject([{ code: 'HELD' }])

    stage.gateLooks()
    await isFound(world, 'gus')
    const cycle = world.cycle()
    await stage.looking()
    expect(await world.problems('connection')).toEqual(problems)
    await stage.rest(cycle)
    expect(await world.ledger.held()).toHaveLength(3)
    expect((await world.zendesk.users()).filter((one) => one.suspended)).toEqual([])

    stage.gateLooks()
    await runCli(world, ['approve', 'staff', '--matching', 'ada'])
    await comes(world, 'new')
    const next = world.cycle()
    await stage.suspended('ada')
    await stage.looking()
    await stage.rest(next)
    expect(await world.ledger.held()).toHaveLength(2)
    expect([await stage.isSuspended('eve'), await stage.isSuspended('gus')]).toEqual([false, false])
  })
})
