import { afterEach, describe, expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const uids = Array.from({ length: 80 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
const people = uids.map((uid) => ({ uid }))

describe('Redis', () => {
  it('that is away at start is waited for', async () => {
    world = await openWorld({
      ldif: directoryOf(people.slice(0, 2)),
      redis: { appendonly: true },
      producers: 0,
      workers: 0,
    })
    await world.redisServer.pause()
    await using producer = await startService('producer', world, { waitFor: 'Redis is away' })
    await using worker = await startService('worker', world, { waitFor: 'Redis is away' })

    await world.redisServer.restart()
    await until(
      async () => (await world.zendesk.users()).length === 2,
      30_000,
      () => [...producer.output, ...worker.output].join('\n'),
    )

    expect(worker.output.filter((line) => line.includes('Redis is away'))).toHaveLength(1)
    expect(worker.output.filter((line) => line.includes('Redis is back'))).toHaveLength(1)
  })

  it('that restarts in mid-run loses and doubles nothing', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { agents: uids.slice(0, 20), 'zd-a': uids.slice(0, 20) }),
      redis: { appendonly: true },
      sandbox: { answerDelayMs: 20 },
    })
    await world.cycle()
    await until(
      async () => (await world.zendesk.users()).length >= 10,
      20_000,
      () => 'nobody is created',
    )

    await world.redisServer.restart()
    await until(
      () => world.redis.status === 'ready',
      20_000,
      () => 'Redis is not back',
    )
    await world.settled()
    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email).sort()).toEqual(
      uids.map((uid) => `${uid}@example.org`),
    )
    expect(await world.zendesk.members('zd-a')).toHaveLength(20)
  })

  it('that would throw jobs away is refused at start, with the reason', async () => {
    world = await openWorld({
      ldif: directoryOf(people.slice(0, 1)),
      redis: { maxmemoryPolicy: 'allkeys-lru' },
      producers: 0,
      workers: 0,
    })

    for (const name of ['producer', 'worker'] as const) {
      await using service = await startService(name, world, { waitFor: 'Not started' })

      expect(await service.ended).toBe(1)
      expect(service.output.join('\n')).toMatch(/maxmemory-policy 'allkeys-lru'.*Set maxmemory-policy noeviction/)
    }
  })
})

describe('a configuration', () => {
  it('with five mistakes ends the start with all of them', async () => {
    world = await openWorld({ ldif: directoryOf(people.slice(0, 1)), producers: 0, workers: 0 })
    const yaml = world.yaml
      .replace('every: 12h', 'every: soon')
      .replace('pageSize: 50', 'pageSize: fifty')
      .replace('firstRun: apply', 'firstRun: perhaps')
      .replace('account: acme', 'account: acne')
      .replace('membershipAudit: 1s', 'memberAudit: 1s')

    await using producer = await startService('producer', { ...world, yaml }, { waitFor: 'mistakes' })

    expect(await producer.ended).toBe(2)
    const text = producer.output.join('\n')
    expect(text).toContain('has 5 mistakes:')
    for (const key of ['schedule.every', 'directory.pageSize', 'firstRun', 'account', 'groups.memberAudit'])
      expect(text).toContain(`connections[0].${key}: found`)
  })
})
