import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { CHANGE_JOB_OPTIONS } from '@provisioner/shared/change-job.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { changeQueueName, queuePrefix, type ChangeQueue } from '@provisioner/shared/queues.ts'
import { openLine } from '@provisioner/worker/loop/line.ts'
import { PullLoop } from '@provisioner/worker/loop/pull-loop.ts'
import type { Outcome } from '@provisioner/worker/outcome.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

const QUEUES = ['users.remove', 'users.create'] as const satisfies ChangeQueue[]
const APPLIED: Outcome = { status: 'applied', what: 'written', zendeskId: 1 }
const log = createLogger({ name: 'test', level: 'silent' })

/** Adds jobs of ids `NAME 0`, `NAME 1`, … */
const addJobs = (queue: Queue, name: string, count: number) =>
  queue.addBulk(Array.from({ length: count }, (_one, i) => ({ name, data: {}, opts: { jobId: `${name} ${i}` } })))

/** A loop over two queues, and the batches that it sent so far. One slot more than it has batches under way is free. */
async function openLoop(redis: Redis, send: (ids: readonly string[]) => Promise<Outcome> | Outcome) {
  const options = { connection: redis, prefix: queuePrefix('acme'), defaultJobOptions: CHANGE_JOB_OPTIONS }
  const [removals, creations] = QUEUES.map((name) => new Queue(changeQueueName('staff', name), options)) as [
    Queue,
    Queue,
  ]
  const sent: string[][] = []
  const start = async () => {
    const lines = await Promise.all(
      QUEUES.map((queue) =>
        openLine({ account: 'acme', connection: 'staff', queue, redis, name: 'w1', onError: () => {} }),
      ),
    )
    return new PullLoop({
      lines,
      redis,
      maxBatches: 1,
      log,
      isPaused: async () => false,
      appetite: async ({ ready }) => ({ jobs: Math.min(ready, 100), bulk: true, batches: Infinity }),
      takeSlot: async () => ({ jobSlot: 'one', release: async () => {} }),
      onSlotReleased: () => ({ [Symbol.dispose]: () => {} }),
      send: async (_line, jobs) => {
        const ids = jobs.map(({ id }) => id)
        sent.push(ids)
        const outcome = await send(ids)
        return new Map(ids.map((id) => [id, outcome]))
      },
    })
  }
  return {
    removals,
    creations,
    sent,
    start,
    isDone: (count: number) =>
      until(
        async () => (await removals.getCompletedCount()) + (await creations.getCompletedCount()) === count,
        10_000,
        () => JSON.stringify(sent.map((ids) => ids.length)),
      ),
    [Symbol.asyncDispose]: async () => void (await Promise.all([removals.close(), creations.close()])),
  }
}

it('a hundred jobs are pulled at once, and a removal before those that waited for longer', async () => {
  await using server = await openRedis()
  await using test = await openLoop(server.redis, () => APPLIED)
  await addJobs(test.creations, 'creation', 150)
  await addJobs(test.removals, 'removal', 1)

  const loop = await test.start()
  await test.isDone(151)
  await loop.stop(1_000)

  expect(test.sent.map((ids) => [ids[0], ids.length])).toEqual([
    ['removal 0', 1],
    ['creation 0', 100],
    ['creation 100', 50],
  ])
})

it('a paused queue waits, and goes on when it is resumed', async () => {
  await using server = await openRedis()
  await using test = await openLoop(server.redis, () => APPLIED)
  await test.creations.pause()
  await addJobs(test.creations, 'creation', 2)
  const loop = await test.start()
  await addJobs(test.removals, 'removal', 1)
  await test.isDone(1)

  const meanwhile = await test.creations.getWaitingCount()
  await test.creations.resume()
  await test.isDone(3)
  await loop.stop(1_000)

  expect(meanwhile).toBe(2)
})

it('a job that is not to be sent yet comes again, at no cost', async () => {
  await using server = await openRedis()
  let asked = 0
  const answer = (): Outcome => (++asked === 1 ? { status: 'later', why: 'a lease', ms: 30 } : APPLIED)
  await using test = await openLoop(server.redis, answer)
  await addJobs(test.removals, 'removal', 1)

  const loop = await test.start()
  await test.isDone(1)
  await loop.stop(1_000)

  expect(test.sent).toEqual([['removal 0'], ['removal 0']])
  expect(await test.removals.getJob('removal 0')).toMatchObject({ attemptsMade: 1, attemptsStarted: 2 })
})

it('jobs that are under way when a worker stops go back to their queue, at no cost', async () => {
  await using server = await openRedis()
  const { promise: pulled, resolve } = Promise.withResolvers<void>()
  await using test = await openLoop(server.redis, () => {
    resolve()
    return new Promise<Outcome>(() => {})
  })
  await addJobs(test.removals, 'removal', 3)

  const loop = await test.start()
  await pulled
  await loop.stop(0)

  const waiting = await test.removals.getWaiting()
  expect(waiting.map(({ attemptsMade }) => attemptsMade)).toEqual([0, 0, 0])
})
