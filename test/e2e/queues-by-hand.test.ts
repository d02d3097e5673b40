import { Queue } from 'bullmq'
import { describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { CHANGE_QUEUES, cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const uids = Array.from({ length: 60 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
const addresses = (some: readonly string[]) => some.map((uid) => `${uid}@example.org`)

describe.concurrent('queues', () => {
  it.each([
    ['emptied', (_world: World, queue: Queue) => queue.drain(true)],
    ['obliterated', (_world: World, queue: Queue) => queue.obliterate({ force: true })],
    ['deleted from Redis', deleteKeys],
  ])('that are %s while workers write heal, and nothing is done twice', async (_how, act) => {
    const groups = { agents: uids.slice(0, 10), 'zd-a': uids.slice(0, 6), 'zd-b': uids.slice(4, 10) }
    await using world = await openWorld({
      ldif: directoryOf(
        uids.map((uid) => ({ uid })),
        groups,
      ),
      sandbox: { bulkImport: false, answerDelayMs: 150, plan: 'enterprise-plus' },
      workers: 2,
    })
    const created = () =>
      world.sandbox.requests.filter(({ method, path }) => method === 'POST' && path === '/api/v2/users')
    await world.cycle()
    await until(
      () => created().length >= 4,
      20_000,
      () => 'nobody is created',
    )
    const before = created().length

    for (const name of CHANGE_QUEUES) await act(world, world.queue(name))
    await world.settled()
    await world.step()
    await world.step()

    expect(before).toBeLessThan(uids.length)
    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(addresses(uids))
    expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual(['Support', 'zd-a', 'zd-b'])
    expect(await world.zendesk.members('zd-a')).toEqual(addresses(groups['zd-a']))
    expect(await world.zendesk.members('zd-b')).toEqual(addresses(groups['zd-b']))
    expect(created()).toHaveLength(uids.length)
  })

  it.each(['wait', 'active'])(
    'of cycles whose "%s" is of the wrong type are mended while a producer runs',
    async (list) => {
      await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
      const key = `${queuePrefix('acme')}:${cycleQueueName('staff')}:${list}`
      await world.step()
      await world.redis.multi().del(key).set(key, 'garbage').exec()
      await until(
        async () => (await world.redis.type(key)) !== 'string',
        30_000,
        () => 'the queue is not mended',
      )
      await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+491' } })

      await world.step()

      expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('+491')
      expect(world.logs.filter(({ msg }) => msg === 'Queue of cycles mended')).toMatchObject([
        { reason: expect.stringContaining(key) as string },
      ])
    },
  )

  it('of cycles that are paused keep everything as it is until they are resumed', async () => {
    await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await using closing = new AsyncDisposableStack()
    const cycles = new Queue(cycleQueueName('staff'), {
      prefix: queuePrefix('acme'),
      connection: { host: '127.0.0.1', port: world.redisServer.port },
    })
    closing.defer(() => cycles.close())
    await world.step()
    await world.zendesk.forgetRequests()
    await cycles.pause()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+491' } })
    const cycle = world.cycle()
    await until(
      async () => (await cycles.getWaitingCount()) > 0,
      5_000,
      () => 'the cycle does not wait',
    )
    const paused = await world.zendesk.writes()

    await cycles.resume()
    await cycle
    await world.settled()

    expect(paused).toEqual([])
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('+491')
  })
})

/** What somebody does who clears up Redis by hand. */
async function deleteKeys(world: World, queue: Queue): Promise<void> {
  const keys = await world.redis.keys(`${queue.toKey('')}*`)
  if (keys.length > 0) await world.redis.del(keys)
}
