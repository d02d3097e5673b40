import { describe, expect, it } from 'vitest'
import { parseJobId } from '@provisioner/shared/entity.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf } from '../fixtures/people.ts'
import { startRedisTap } from '../fixtures/redis-tap.ts'
import { QUICK_WORKER, startService } from '../fixtures/service-process.ts'
import { openWorld } from '../fixtures/world.ts'

const people = Array.from({ length: 4 }, (_one, i) => ({ uid: `user${i}` }))

/** Where a worker can die that gives the entities of a refused bulk write back: what it is about to say to Redis. */
const POINTS = [
  ['some of its entities are given back', (ids: readonly string[]) => `"${ids[2]}","refusal"`],
  ['the bulk write is forgotten', () => '"gone":false}]\r\n$1\r\n0\r\n$1\r\n1'],
] as const

describe.concurrent('a worker killed after a bulk write was refused without effect', () => {
  it.each(POINTS)('and before %s leaves no entity closed: each user is created, and once', async (_when, word) => {
    await using world = await openWorld({ ldif: directoryOf(people), workers: 0, sandbox: { bulkImport: false } })
    await using tap = await startRedisTap(world.redisServer.port)
    const yaml = world.yaml.replace(world.redisServer.url, tap.url)
    await world.cycle()
    const jobs = await world.queue('users.create').getJobs(['waiting', 'prioritized'])
    const held = tap.holdAt(word(jobs.map((job) => parseJobId(job.id!)!.ref.id)))

    await using victim = await startService('worker', { ...world, yaml }, { main: QUICK_WORKER })
    await held
    victim.kill('SIGKILL')
    await victim.ended
    await endLocks(world, world.queue('users.create'))
    await world.redis.del(await world.redis.keys(accountKeys('acme').bulkLease('*')))
    await world.addWorker()
    await world.settled()

    const posts = (await world.zendesk.requests({ method: 'POST', path: /\/users/ })).map(({ status }) => status)
    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(
      people.map(({ uid }) => `${uid}@example.org`),
    )
    expect(posts).toEqual([403, 201, 201, 201, 201])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })
})
