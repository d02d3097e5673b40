import { describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { startRedisTap } from '../fixtures/redis-tap.ts'
import { QUICK_WORKER, startService } from '../fixtures/service-process.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const many = (prefix: string, count: number) => Array.from({ length: count }, (_one, i) => `${prefix}${i}`)
const addresses = (uids: readonly string[]) => uids.map((uid) => `${uid}@example.org`)

/** Requests as `METHOD path`, how often each was sent. */
async function sent(world: World): Promise<Record<string, number>> {
  const writes = (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path.replace(/\d+$/, 'ID')}`)
  return Object.fromEntries(
    Object.entries(Object.groupBy(writes, (one) => one)).map(([key, all]) => [key, all!.length]),
  )
}

describe.concurrent('a worker killed', () => {
  it.each([
    ['between Zendesk’s single answers and their record', 'timeout-after'],
    ['before its single writes took effect', 'timeout-before'],
  ])('%s leaves nothing that is lost or done twice', async (_when, kind) => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'carl' }], {
        agents: ['bob', 'carl'],
        'zd-a': ['carl'],
      }),
      workers: 0,
      sandbox: { bulkImport: true },
    })
    const paths = ['POST /api/v2/users$', 'PUT /api/v2/users/\\d+$', 'POST /api/v2/groups$', 'POST /group_memberships$']
    await killWhileItWaits(world, kind, paths, async () => {
      await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
      await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+491' } })
      await addEntry(world.slapd, groupDn('zd-new'), group('zd-new', []))
      await modifyEntry(world.slapd, groupDn('zd-a'), { add: { member: personDn('bob') } })
    })

    await world.addWorker()
    await world.settled()

    const writes = await sent(world)
    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(addresses(['ada', 'bob', 'carl', 'eve']))
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('+491')
    expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual(['Support', 'zd-a', 'zd-new'])
    expect(await world.zendesk.members('zd-a')).toEqual(addresses(['bob', 'carl']))
    const creations = kind === 'timeout-after' ? 1 : 2
    expect(writes).toMatchObject({ 'POST /api/v2/users': creations, 'POST /api/v2/groups': creations })
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await sent(world)).toEqual({})
    expect(await problemsTold(world)).toEqual([])
  })

  it('while Zendesk carries out bulk writes whose ids it never learned leaves nothing that is lost or done twice', async () => {
    const agents = many('agent', 4)
    const users = many('user', 4)
    const news = many('new', 4)
    await using world = await openWorld({
      ldif: directoryOf(
        [...agents, ...users].map((uid) => ({ uid })),
        { agents, 'zd-a': [] },
      ),
      workers: 0,
      sandbox: { bulkImport: true },
    })
    const paths = ['POST /users/create_many$', 'PUT /users/update_many$', 'POST /group_memberships/create_many$']
    await killWhileItWaits(world, 'timeout-after', paths, async () => {
      for (const uid of news) await addEntry(world.slapd, personDn(uid), person({ uid }))
      for (const uid of users) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '+491' } })
      await modifyEntry(world.slapd, groupDn('zd-a'), { add: { member: agents.map((uid) => personDn(uid)) } })
    })

    await world.addWorker()
    await world.settled()

    const writes = await sent(world)
    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(addresses([...agents, ...news, ...users]))
    for (const uid of users) expect((await world.zendesk.user(`${uid}@example.org`))?.phone).toBe('+491')
    expect(await world.zendesk.members('zd-a')).toEqual(addresses(agents))
    expect(writes['POST /api/v2/users/create_many']).toBe(1)
    expect(writes['POST /api/v2/users']).toBeUndefined()
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await sent(world)).toEqual({})
    expect(await problemsTold(world)).toEqual([])
  })

  it('between Zendesk’s answer, its record and the end of the job leaves nothing that is lost or done twice', async () => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      workers: 0,
      sandbox: { bulkImport: true },
    })
    await using tap = await startRedisTap(world.redisServer.port)
    const yaml = world.yaml.replace(world.redisServer.url, tap.url)
    const points = [
      ['eve', 'the answer is there and about to be recorded', '"zendeskId":"'],
      ['joe', 'it is recorded and the job about to be completed', 'staff.users.create:completed'],
    ] as const
    for (const [uid, , word] of points) {
      await using victim = await startService('worker', { ...world, yaml }, { main: QUICK_WORKER })
      await world.step()
      await addEntry(world.slapd, personDn(uid), person({ uid }))
      const held = tap.holdAt(word)
      await world.cycle()
      await held
      victim.kill('SIGKILL')
      await victim.ended
      tap.letGo()
      await endLocks(world, world.queue('users.create'))
    }

    await world.addWorker()
    await world.settled()
    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(addresses(['ada', 'eve', 'joe']))
    expect(await sent(world)).toEqual({ 'POST /api/v2/users': 3 })
    expect(await problemsTold(world)).toEqual([])
  })

  it.each(['POST /identities$', 'PUT /make_primary$', 'DELETE /identities/'])(
    'in an email change, at %s: another takes it up there',
    async (request) => {
      await using world = await openWorld({
        ldif: directoryOf([{ uid: 'ada' }]),
        config: { users: { oldEmail: 'remove' } },
        workers: 0,
      })
      await killWhileItWaits(world, 'timeout-after', [request], () =>
        modifyEntry(world.slapd, personDn('ada'), {
          replace: { mail: 'ada.king@example.org', telephoneNumber: '+491' },
        }),
      )

      await world.addWorker()
      await world.settled()

      const [ada, ...others] = await world.zendesk.users()
      expect([ada?.email, ada?.phone, others]).toEqual(['ada.king@example.org', '+491', []])
      const identities = `/api/v2/users/${ada!.id}/identities`
      const held = await world.zendesk.call<{ identities: { type: string; value: string }[] }>('GET', identities)
      const emails = held.identities.filter(({ type }) => type === 'email').map(({ value }) => value)
      expect(emails).toEqual(['ada.king@example.org'])
      expect(await problemsTold(world)).toEqual([])
    },
  )

  it.each(
    ['PUT /make_primary$', 'DELETE /identities/'].flatMap((request) =>
      (['timeout-before', 'timeout-after'] as const).map((kind) => ({ request, kind })),
    ),
  )('while it moves one of two out of the way who swap addresses, at $request ($kind)', async ({ request, kind }) => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { users: { oldEmail: 'remove' } },
      workers: 0,
    })
    await killWhileItWaits(world, kind, [request], async () => {
      await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: 'bob@example.org' } })
      await modifyEntry(world.slapd, personDn('bob'), { replace: { mail: 'ada@example.org' } })
    })

    await world.addWorker()
    await world.settled()

    const users = await world.zendesk.users()
    expect(users.map(({ name, email }) => `${name} ${email}`)).toEqual(['bob ada@example.org', 'ada bob@example.org'])
    for (const { id, email } of users) {
      const path = `/api/v2/users/${id}/identities`
      const { identities } = await world.zendesk.call<{ identities: { value: string }[] }>('GET', path)
      expect(identities.map(({ value }) => value)).toEqual([email])
    }
    expect(await world.problems('user')).toEqual([])
  })

  it('while Zendesk carries out bulk removals whose ids it never learned leaves nothing that is lost or done twice', async () => {
    const agents = many('agent', 6)
    const leavers = many('user', 4)
    await using world = await openWorld({
      ldif: directoryOf(
        [...agents, ...leavers].map((uid) => ({ uid })),
        { agents, 'zd-a': agents },
      ),
      config: { users: { remove: { deleted: 'delete' } } },
      workers: 0,
      sandbox: { bulkImport: true },
    })
    const paths = ['DELETE /users/destroy_many$', 'DELETE /group_memberships/destroy_many$']
    await killWhileItWaits(world, 'timeout-after', paths, async () => {
      for (const uid of leavers) await deleteEntry(world.slapd, personDn(uid))
      await modifyEntry(world.slapd, groupDn('zd-a'), { replace: { member: personDn('agent0') } })
    })

    await world.addWorker()
    await world.settled()

    const writes = await sent(world)
    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(addresses(agents))
    expect(await world.zendesk.members('zd-a')).toEqual(addresses(['agent0']))
    expect(writes).toEqual({
      'DELETE /api/v2/users/destroy_many': 1,
      'DELETE /api/v2/group_memberships/destroy_many': 1,
    })
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await sent(world)).toEqual({})
    expect(await problemsTold(world)).toEqual([])
  })
})
