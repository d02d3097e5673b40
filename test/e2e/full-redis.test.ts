import { Queue } from 'bullmq'
import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { CHANGE_QUEUES, cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { QUICK_WORKER, startService, type ServiceProcess } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
let cycles: Queue
afterEach(async () => {
  await cycles?.close()
  await world?.[Symbol.asyncDispose]()
})

const lines = (service: ServiceProcess, words: string) => service.output.filter((line) => line.includes(words))

/** The status of /readyz, and why Redis is the reason for it. */
async function readiness(service: ServiceProcess): Promise<[status: number, why: string | undefined]> {
  const port = /"health":(\d+)/.exec(service.output.join('\n'))?.[1]
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return [response.status, ((await response.json()) as { failing: { redis?: string } }).failing.redis]
}

describe('a full Redis', () => {
  it('stops everything with a reason and loses nothing, not even what Zendesk just answered', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      producers: 0,
      workers: 0,
      config: { schedule: { every: '1s' } },
      sandbox: { clock: 4 },
    })
    await using producer = await startService('producer', world)
    await using worker = await startService('worker', world, { main: QUICK_WORKER })
    cycles = new Queue(cycleQueueName('staff'), {
      prefix: queuePrefix('acme'),
      connection: { host: '127.0.0.1', port: world.redisServer.port },
    })
    const services = [producer, worker]
    const users = async () => (await world.zendesk.users()).map(({ email }) => email)
    await until(
      async () => (await users()).length === 1,
      20_000,
      () => producer.output.join('\n'),
    )

    // Zendesk takes its time to answer, and when it does there is no room to write it down
    await world.fault({ method: 'POST', path: '/api/v2/(users|groups)$', kind: 'slow', times: 2 })
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await addEntry(world.slapd, groupDn('zd-new'), group('zd-new', []))
    await until(
      () => world.sandbox.faults.list().length === 0,
      20_000,
      () => 'nothing is sent',
    )
    await world.redis.config('SET', 'maxmemory', '1mb')
    await addEntry(world.slapd, personDn('joe'), person({ uid: 'joe' }))
    await until(
      () => services.every((one) => lines(one, 'Redis is full').length > 0),
      20_000,
      () => services.flatMap((one) => one.output).join('\n'),
    )
    await until(
      async () => (await users()).includes('eve@example.org'),
      20_000,
      () => 'Zendesk does not have them',
    )
    const full = await Promise.all(services.map(readiness))

    await world.redis.config('SET', 'maxmemory', '0')
    await endLocks(world, cycles)
    for (const name of CHANGE_QUEUES) await endLocks(world, world.queue(name))
    await until(
      async () => (await users()).length === 3,
      60_000,
      () => services.flatMap((one) => one.output).join('\n'),
    )
    await until(
      async () => (await world.redis.zcard('{zp:acme}:staff:pending')) === 0,
      60_000,
      () => worker.output.join('\n'),
    )

    for (const [status, why] of full) {
      expect(status).toBe(503)
      expect(why).toMatch(/Redis is full: it uses .* of its maxmemory 1.0 MB.*Raise maxmemory/)
    }
    expect(await users()).toEqual(['ada@example.org', 'eve@example.org', 'joe@example.org'])
    expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual(['Support', 'zd-new'])
    const creations = (await world.zendesk.requests({ method: 'POST' })).map(({ path }) => path)
    expect(creations.filter((path) => path === '/api/v2/users')).toHaveLength(3)
    expect(creations.filter((path) => path === '/api/v2/groups')).toHaveLength(1)
    for (const one of services) {
      expect(lines(one, '"msg":"Redis is full"')).toHaveLength(1)
      await until(
        () => lines(one, 'Redis has room again').length === 1,
        10_000,
        () => one.output.join('\n'),
      )
      expect((await readiness(one))[0]).toBe(200)
    }
  })
})
