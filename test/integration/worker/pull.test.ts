import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { createLogger } from '@provisioner/shared/logger.ts'
import { returnStalled } from '@provisioner/worker/loop/look-after-locks.ts'
import { peek } from '@provisioner/worker/loop/peek.ts'
import { pull } from '@provisioner/worker/loop/pull.ts'
import { endLocks } from '../../fixtures/end-locks.ts'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { openTestLine, type TestLine } from '../../fixtures/open-test-line.ts'

const log = createLogger({ name: 'test', level: 'silent' })

it('jobs are pulled in the order of their queue, those of one pull under a token of their own', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a', 'b', 'c'])

  const first = await pull(test.line, 2, log)
  const second = await pull(test.line, 100, log)

  expect([first, second].map((jobs) => jobs.map(({ id }) => id))).toEqual([['a', 'b'], ['c']])
  expect(new Set([...first, ...second].map(({ token }) => token)).size).toBe(2)
  expect([...test.line.pulled.keys()]).toEqual(['a', 'b', 'c'])
  expect(await test.queue.getActiveCount()).toBe(3)
})

it.each<[string, (test: TestLine) => Promise<unknown>, number]>([
  ['has jobs with a priority', ({ add }) => add(['a', 'b'], { priority: 1 }), 2],
  ['has delayed jobs that are due', ({ add }) => add(['a', 'b'], { timestamp: Date.now() - 5, delay: 5 }), 2],
  ['has delayed jobs that are not', ({ add }) => add(['a', 'b'], { delay: 60_000 }), 0],
  ['is paused', ({ add, queue }) => add(['a', 'b']).then(() => queue.pause()), 0],
  ['may only work at one job', ({ add, queue }) => add(['a', 'b']).then(() => queue.setGlobalConcurrency(1)), 1],
  [
    'may only take one job a minute',
    ({ add, queue }) => add(['a', 'b']).then(() => queue.setGlobalRateLimit(1, 60_000)),
    1,
  ],
])('of a queue that %s, what BullMQ hands out is pulled', async (_what, arrange, count) => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await arrange(test)

  expect(await pull(test.line, 100, log)).toHaveLength(count)
  expect(test.line.emptyUntil > 0).toBe(count === 0)
})

it('a pull fails when none of its calls went through', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a'])
  await server.redis.config('SET', 'maxmemory', '1')

  await expect(pull(test.line, 2, log)).rejects.toThrow('OOM')
})

it('jobs whose pull lost its answer come back when their locks have run out, at no cost', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a'])
  // A call that is sent again takes the next job: of the first one nobody knows.
  await test.line.worker.getNextJob('of an answer that was lost', { block: false })

  expect(await pull(test.line, 1, log)).toEqual([])
  await endLocks(server, test.queue)
  await using other = await openTestLine(server.redis)
  await peek([other.line], Date.now(), { isPaused: async () => false, log })
  await returnStalled(other.line)

  const [job] = await pull(other.line, 1, log)
  expect(job?.job).toMatchObject({ id: 'a', attemptsMade: 0, stalledCounter: 1 })
})

it.each<[string, (redis: Redis, key: string) => Promise<unknown>]>([
  ['whose options are no JSON', (redis, key) => redis.hset(key, 'opts', '{broken')],
  ['whose options are null', (redis, key) => redis.hset(key, 'opts', 'null')],
  ['whose data is no JSON', (redis, key) => redis.hset(key, 'data', '{broken')],
  ['whose progress is no JSON', (redis, key) => redis.hset(key, 'progress', '{broken')],
  ['whose key is no hash', (redis, key) => redis.multi().del(key).set(key, 'garbage').exec()],
])('a job %s is named and removed, and the others are pulled', async (_what, breakIt) => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  const lines: LogLine[] = []
  const told = createLogger({ name: 'test', level: 'warn', destination: recordingDestination(lines) })
  await test.add(['a', 'broken', 'c'])
  await breakIt(server.redis, test.queue.toKey('broken'))

  const jobs = await pull(test.line, 3, told)

  expect(jobs.map(({ id }) => id)).toEqual(['a', 'c'])
  expect(lines).toMatchObject([{ level: 'warn', queue: 'users.update', jobId: 'broken' }])
  expect(await server.redis.keys(test.queue.toKey('broken*'))).toEqual([])
  expect(await test.queue.getActiveCount()).toBe(2)
})

it('a queue whose list of active jobs is of the wrong type is left out and named', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  const lines: LogLine[] = []
  const told = createLogger({ name: 'test', level: 'warn', destination: recordingDestination(lines) })
  await test.add(['a'])
  await server.redis.set(test.queue.toKey('active'), 'garbage')

  expect(await pull(test.line, 3, told)).toEqual([])
  expect(lines).toMatchObject([{ connection: 'staff', queue: 'users.update' }])
  expect(test.line.emptyUntil).toBeGreaterThan(Date.now())
})
