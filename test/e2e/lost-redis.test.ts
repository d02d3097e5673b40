import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const start = () =>
  openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'cid' }], {
      agents: ['ada', 'bob'],
      'zd-first': ['ada', 'bob'],
      'zd-second': ['bob'],
    }),
  })
const account = async () => ({
  users: (await world.zendesk.users()).map(({ id, email, role, suspended }) => ({ id, email, role, suspended })),
  groups: await world.zendesk.groups(),
  members: [await world.zendesk.members('zd-first'), await world.zendesk.members('zd-second')],
})

/** All of Redis is gone, as after a disk failure; the product is started anew on an empty one. */
async function loseRedis(): Promise<World> {
  await world.stopProduct()
  await world.redis.flushall()
  return openWorld({ ldif: '', servers: world })
}

describe('the loss of all of Redis', () => {
  it('is mended by external id, email and name: everything is linked again, and nothing is written', async () => {
    world = await start()
    await world.step()
    const before = await account()
    await world.zendesk.forgetRequests()

    await using again = await loseRedis()
    await again.step()
    await again.step()

    expect(await account()).toEqual(before)
    expect(await world.zendesk.writes()).toEqual([])
    await addEntry(world.slapd, personDn('dan'), person({ uid: 'dan' }))
    await again.step()
    expect(await world.zendesk.users()).toHaveLength(4)
  })

  it('in mid-load: what was made is found, what was not is made, and nothing is made twice', async () => {
    const uids = Array.from({ length: 20 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
    const agents = uids.slice(0, 5)
    world = await openWorld({
      ldif: directoryOf(
        uids.map((uid) => ({ uid })),
        { agents, 'zd-first': agents, 'zd-second': agents.slice(1) },
      ),
      workers: 0,
      sandbox: { bulkImport: true },
    })
    await world.fault({ method: 'POST', path: '/groups$', kind: 'timeout-after' })
    await world.cycle()
    await using worker = await startService('worker', world)
    const logged = () => world.sandbox.requests.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)
    const groups = async () => (await world.zendesk.groups()).filter(({ name }) => name.startsWith('zd-'))
    await until(
      async () => logged().includes('POST create_many') && (await groups()).length > 0,
      20_000,
      () => `nothing is under way: ${logged().join(', ')}`,
    )
    worker.kill('SIGKILL')

    await using again = await loseRedis()
    await again.step()
    await again.step()

    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(uids.map((uid) => `${uid}@example.org`))
    expect((await groups()).map(({ name }) => name).sort()).toEqual(['zd-first', 'zd-second'])
    expect(await world.zendesk.members('zd-first')).toEqual(agents.map((uid) => `${uid}@example.org`))
    expect(await world.zendesk.members('zd-second')).toHaveLength(4)
    expect(await again.problems('user')).toEqual([])
  })
})
