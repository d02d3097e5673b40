import { describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { parseJobId } from '@provisioner/shared/entity.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { startRedisTap } from '../fixtures/redis-tap.ts'
import { QUICK_WORKER, startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

const people = Array.from({ length: 4 }, (_one, i) => `user${i}`)

/** Longer than a test, ms. */
const STAYS_ALIVE_MS = 120_000

interface HalfSettled {
  /** Users whom the bulk write does not close any more. */
  readonly settled: readonly string[]
  /** Has the rest settled by another worker, and waits for it. */
  settleTheRest(): Promise<void>
}

/** Runs a worker on what waits in the queue, and kills it when it is about to give the third of four entities back. */
async function settleInHalf(world: World, queueName: 'users.create' | 'users.remove'): Promise<HalfSettled> {
  await using tap = await startRedisTap(world.redisServer.port)
  const yaml = world.yaml.replace(world.redisServer.url, tap.url)
  const { bulkLease, outstanding } = accountKeys('acme')
  const queue = world.queue(queueName)
  const jobs = await queue.getJobs(['waiting', 'prioritized'])
  const ids = jobs.map((job) => parseJobId(job.id!)!.ref.id)
  const held = tap.holdAt(`"${ids[2]}","refusal"`)
  await using victim = await startService('worker', { ...world, yaml }, { main: QUICK_WORKER })
  await held
  victim.kill('SIGKILL')
  await victim.ended

  const [batch] = (await world.redis.hkeys(outstanding)) as [string]
  const lease = bulkLease(batch)
  await world.redis.set(lease, '1', 'PX', STAYS_ALIVE_MS)
  await endLocks(world, queue)
  const { entity } = connectionKeys(STAFF)
  const closed = await Promise.all(ids.map((id) => world.redis.hexists(entity('user', id), 'outstanding')))
  const free = ids.filter((_id, i) => closed[i] === 0)
  return {
    settled: (await world.ledger.records('user', free)).map((record) => record!.label.split('@')[0]!),
    settleTheRest: async () => {
      await world.redis.del(lease)
      const isSettled = async () => (await world.redis.hlen(outstanding)) === 0
      await until(isSettled, 30_000, () => 'the bulk write is not settled')
    },
  }
}

const suspended = async (world: World, uids: readonly string[]) =>
  Promise.all(uids.map(async (uid) => (await world.zendesk.user(`${uid}@example.org`))?.suspended))

async function employ(world: World, uids: readonly string[], employeeStatus: 'left' | 'active'): Promise<void> {
  for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus } })
  await world.cycle()
}

async function untilSuspended(world: World, uids: readonly string[], wanted: boolean): Promise<void> {
  const are = async () => (await suspended(world, uids)).every((one) => one === wanted)
  await until(are, 20_000, async () => `suspended: ${String(await suspended(world, uids))}`)
}

// Found by chaos, seed 103.
describe.concurrent('a bulk write that its sender settled in half before it was killed', () => {
  it('creations of users who exist: whom we suspended since is restored when they come back', async () => {
    const ldif = directoryOf(people.map((uid) => ({ uid })))
    await using world = await openWorld({ ldif, workers: 0, sandbox: { bulkImport: true } })
    await world.cycle()
    // They appear after the look-up: each item of the bulk write fails, and is looked up and linked by itself.
    for (const uid of people)
      await world.zendesk.call('POST', '/api/v2/users', { user: { name: uid, email: `${uid}@example.org` } })
    const { settled, settleTheRest } = await settleInHalf(world, 'users.create')

    await world.addWorker()
    await employ(world, settled, 'left')
    await untilSuspended(world, settled, true)
    await settleTheRest()
    await employ(world, settled, 'active')
    await untilSuspended(world, settled, false)
    await world.settled()

    expect(settled).not.toEqual([])
    expect(await suspended(world, people)).toEqual(people.map(() => false))
    expect(await world.problems('user')).toEqual([])
  })

  it('deletions refused for open tickets: who is back is not suspended in place of being deleted', async () => {
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      workers: 0,
      config: { users: { remove: { disabled: 'delete' } } },
    })
    await using first = await world.addWorker()
    await world.step()
    await first[Symbol.asyncDispose]()
    for (const { id } of await world.zendesk.users())
      await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 1 })
    await employ(world, people, 'left')
    const { settled, settleTheRest } = await settleInHalf(world, 'users.remove')

    await world.addWorker()
    await employ(world, settled, 'active')
    await untilSuspended(world, settled, false)
    await settleTheRest()
    await world.settled()

    const others = people.filter((uid) => !settled.includes(uid))
    expect(settled).not.toEqual([])
    expect(await suspended(world, settled)).toEqual(settled.map(() => false))
    expect(await suspended(world, others)).toEqual(others.map(() => true))
  })
})
