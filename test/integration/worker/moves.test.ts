import { Queue, Worker, type JobsOptions } from 'bullmq'
import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { completeMany, lookAt, pullMany, type MovedQueue } from '@provisioner/worker/moves/moves.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { dumpQueue } from '../../fixtures/queue-dump.ts'

const IDS = ['a', 'b', 'c', 'd']
const LOCK_MS = 30_000

/** A queue with its jobs, seen as BullMQ's worker sees it and as ours does. */
async function openQueue(redis: Redis, name: string, opts: JobsOptions = {}) {
  const queue = new Queue(name, { connection: redis })
  await queue.addBulk(IDS.map((id) => ({ name: 'create user', data: { what: id }, opts: { ...opts, jobId: id } })))
  const worker = new Worker(name, null, { connection: redis, name: 'w1', autorun: false, lockDuration: LOCK_MS })
  const moved: MovedQueue = { redis, prefix: worker.toKey('') }
  return {
    ...moved,
    queue,
    worker,
    pull: (count: number, token: string) => pullMany(moved, { count, token, lockMs: LOCK_MS, worker: 'w1' }),
    dump: () => dumpQueue(redis, moved.prefix),
    [Symbol.asyncDispose]: async () => void (await Promise.all([queue.close(), worker.close(true)])),
  }
}

it('jobs that are pulled and completed many at once leave what BullMQ leaves', async () => {
  await using server = await openRedis()
  const options = { attempts: 8, removeOnComplete: { age: 3_600, count: 2 } }
  await using theirs = await openQueue(server.redis, 'theirs', options)
  await using ours = await openQueue(server.redis, 'ours', options)
  const value = { status: 'applied', what: 'created', zendeskId: 7 }

  const jobs = []
  for (let i = 0; i < 3; i++) jobs.push(await theirs.worker.getNextJob('t', { block: false }))
  const ids = await ours.pull(3, 't')
  const pulled = [await ours.dump(), await theirs.dump()]
  for (const job of jobs) await job.moveToCompleted(value, 't', false)
  const completed = await completeMany(
    ours,
    ids!.slice(0, 2).map((id) => ({ id, token: 't', returnValue: value })),
  )
  await (await ours.queue.getJob(ids![2]!))!.moveToCompleted(value, 't', false)

  expect(ids).toEqual(['a', 'b', 'c'])
  expect(pulled[0]).toEqual(pulled[1])
  expect(completed).toEqual([true, true])
  expect(await ours.dump()).toEqual(await theirs.dump())
})

it('a pull that is said again, since its answer was lost, takes nothing more', async () => {
  await using server = await openRedis()
  await using queue = await openQueue(server.redis, 'staff.users.create')

  const first = await queue.pull(2, 'one')
  const again = await queue.pull(2, 'one')
  const next = await queue.pull(5, 'two')
  const none = await queue.pull(5, 'three')

  expect([first, again, next, none]).toEqual([['a', 'b'], ['a', 'b'], ['c', 'd'], []])
})

it.each<[string, (queue: Queue, redis: Redis) => Promise<unknown>]>([
  ['may only work at so many jobs', (queue) => queue.setGlobalConcurrency(1)],
  ['may only take so many jobs in a time', (queue) => queue.setGlobalRateLimit(1, 60_000)],
  ['waits for a rate limit', (queue) => queue.rateLimit(60_000)],
  ['has a job with a priority', (queue) => queue.add('update user', {}, { priority: 1 })],
  ['has a delayed job that is due', (queue, redis) => redis.zadd(queue.toKey('delayed'), 4096, 'x')],
  ['has a marker of old versions', (queue, redis) => redis.rpush(queue.toKey('wait'), '0:0')],
])('a queue that %s is left to BullMQ', async (_what, arrange) => {
  await using server = await openRedis()
  await using queue = await openQueue(server.redis, 'staff.users.create')
  await arrange(queue.queue, server.redis)
  const before = await queue.dump()

  expect(await queue.pull(2, 't')).toBeUndefined()
  expect(await queue.dump()).toEqual(before)
})

it('a paused queue hands out nothing', async () => {
  await using server = await openRedis()
  await using queue = await openQueue(server.redis, 'staff.users.create')
  await queue.queue.pause()

  expect(await queue.pull(2, 't')).toEqual([])
})

it('only jobs under their own lock are completed, and no child of another job', async () => {
  await using server = await openRedis()
  await using queue = await openQueue(server.redis, 'staff.users.create')
  await queue.pull(3, 't')
  await server.redis.hset(`${queue.prefix}c`, 'parentKey', 'bull:other:1')
  const before = await queue.dump()
  const told = [
    { id: 'a', token: 'of another' },
    { id: 'b', token: '' },
    { id: 'c', token: 't' },
    { id: 'd', token: 't' },
    { id: 'unknown', token: 't' },
  ]

  const answers = await completeMany(
    queue,
    told.map((one) => ({ ...one, returnValue: {} })),
  )

  expect(answers).toEqual([false, false, false, false, false])
  expect(await queue.dump()).toEqual(before)
})

it('a look tells what waits, and when the first delayed job is due', async () => {
  await using server = await openRedis()
  await using queue = await openQueue(server.redis, 'staff.users.create')
  await using other = await openQueue(server.redis, 'staff.groups')
  const now = Date.now()
  await queue.queue.add('update user', {}, { priority: 1 })
  await queue.queue.add('update user', {}, { delay: 60_000 })
  await other.queue.pause()

  const [first, second] = await lookAt(server.redis, [queue, other], now)
  const [later] = await lookAt(server.redis, [queue], now + 120_000)

  expect(first).toMatchObject({ waiting: 4, prioritised: 1, delayedAndDue: 0, paused: false })
  expect(first!.nextDelayed! - now).toBeGreaterThanOrEqual(60_000)
  expect(first!.nextDelayed! - now).toBeLessThan(90_000)
  expect(second).toEqual({ waiting: 4, prioritised: 0, delayedAndDue: 0, paused: true, nextDelayed: null })
  expect(later!.delayedAndDue).toBe(1)
})
