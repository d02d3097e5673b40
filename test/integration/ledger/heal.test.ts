import { expect, it } from 'vitest'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { heal } from '@provisioner/producer/cycle/heal.ts'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { jobId } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { mendKeys } from '@provisioner/shared/ledger/mend-keys.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const IDS = ['ada', 'bob', 'cid']

const SUSPENDED = { presence: 'suspended', attributes: {}, createOnly: [], tagsMode: 'merge' } as const

function releaseOf(id: string): Release {
  const desired = { presence: 'active', attributes: { name: id }, createOnly: [], tagsMode: 'merge' } as const
  return { kind: 'user', id, dn: `uid=${id}`, label: id, operation: 'update user', changed: ['name'], desired }
}

/** Users who wait, three unless there are to be more, each with a job, and a cycle that looks after them. */
async function openQueue(ids: readonly string[] = IDS) {
  const server = await openRedis()
  const { redis } = server
  const lines: LogLine[] = []
  const log = createLogger({ name: 'test', level: 'warn', destination: recordingDestination(lines) })
  const queues = new ChangeQueues(STAFF, redis)
  const ledger = await CycleLedger.begin(redis, STAFF)
  const reader = new LedgerReader(redis, STAFF)
  const released = await ledger.release(ids.map(releaseOf))
  const jobs = ids.map((id, i) => ({
    ref: { connection: 'staff', kind: 'user', id } as const,
    revision: released[i]!.revision,
    operation: 'update user' as const,
    data: { what: id, changed: [] },
  }))
  await queues.add(jobs)
  return {
    redis,
    queue: queues.of('update user'),
    removals: queues.of('suspend user'),
    /** Without its job, as when a producer dies in between. */
    release: (one: Release) => ledger.release([one]),
    jobIds: jobs.map(({ ref, revision }) => jobId(ref, revision)),
    lines,
    heal: async ({ full = false } = {}) =>
      heal({ ledger, reader, queues, log }, await reader.pending(), { full, now: Date.now() }),
    async [Symbol.asyncDispose]() {
      await queues[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

it.each<[string, (redis: Redis, key: string) => Promise<unknown>]>([
  ['whose options are no JSON', (redis, key) => redis.hset(key, 'opts', '{broken')],
  ['whose data is no JSON', (redis, key) => redis.hset(key, 'data', '{broken')],
  ['whose progress is no JSON', (redis, key) => redis.hset(key, 'progress', '{broken')],
  ['whose key is no hash', (redis, key) => redis.multi().del(key).set(key, 'garbage').exec()],
])('a waiting job %s is named, and added anew', async (_what, breakIt) => {
  await using test = await openQueue()
  const broken = test.jobIds[1]!
  await breakIt(test.redis, test.queue.toKey(broken))

  const healed = await test.heal()

  expect(healed).toBe(1)
  expect(test.lines).toMatchObject([{ level: 'warn', queue: 'staff.users.update', jobId: broken }])
  expect((await test.queue.getJobs(['waiting'])).map(({ id }) => id).sort()).toEqual(test.jobIds)
})

it.each<[string, (queue: Queue, jobIds: readonly string[]) => Promise<unknown>]>([
  ['wait', async () => {}],
  [
    'delayed',
    async (queue, jobIds) => {
      for (const id of jobIds) await queue.remove(id)
      await queue.addBulk(jobIds.map((id) => ({ name: 'update user', data: {}, opts: { jobId: id, delay: 60_000 } })))
    },
  ],
])('jobs whose list "%s" somebody has deleted are added anew, once', async (list, arrange) => {
  await using test = await openQueue()
  await arrange(test.queue, test.jobIds)
  const before = await test.heal()
  await test.redis.del(test.queue.toKey(list))

  const healed = [await test.heal(), await test.heal()]

  expect([before, ...healed]).toEqual([0, 3, 0])
  expect((await test.queue.getJobs(['waiting'])).map(({ id }) => id).sort()).toEqual(test.jobIds)
})

it('jobs whose list is of the wrong type are added anew once it is mended', async () => {
  await using test = await openQueue()
  await test.redis.multi().del(test.queue.toKey('wait')).set(test.queue.toKey('wait'), 'garbage').exec()

  const problems = await mendKeys(test.redis, STAFF)
  const healed = await test.heal()

  expect(problems).toMatchObject([{ what: expect.stringContaining(test.queue.toKey('wait')) as string }])
  expect(healed).toBe(3)
  expect((await test.queue.getJobs(['waiting'])).map(({ id }) => id).sort()).toEqual(test.jobIds)
})

it('a suspension without its job gets one, though another job of the user waits in a deep queue', async () => {
  await using test = await openQueue(Array.from({ length: 5_002 }, (_one, i) => `user${i}`))
  await test.release({ ...releaseOf('user1'), operation: 'suspend user', desired: SUSPENDED })

  const healed = [await test.heal(), await test.heal()]

  expect(healed).toEqual([1, 0])
  expect(await test.removals.getWaitingCount()).toBe(1)
})

it('in a deep queue no job that waits is looked at, but in a full cycle, and what has none gets one', async () => {
  await using test = await openQueue(Array.from({ length: 5_002 }, (_one, i) => `user${i}`))
  const [broken, removed] = test.jobIds
  await test.redis.hset(test.queue.toKey(broken!), 'data', '{broken')
  await test.queue.remove(removed!)

  const healed = [await test.heal(), await test.heal(), await test.heal({ full: true })]

  expect(healed).toEqual([1, 0, 1])
  expect(test.lines.map(({ jobId: id }) => id)).toEqual([broken])
})
