import { expect, it } from 'vitest'
import { pull } from '@provisioner/worker/loop/pull.ts'
import { endLocks } from '../../fixtures/end-locks.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { openTestLine, type TestLine } from '../../fixtures/open-test-line.ts'

it('jobs are pulled in the order of their queue, those of one pull under a token of their own', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a', 'b', 'c'])

  const first = await pull(test.line, 2)
  const second = await pull(test.line, 100)

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

  expect(await pull(test.line, 100)).toHaveLength(count)
  expect(test.line.emptyUntil > 0).toBe(count === 0)
})

it('a pull fails when none of its calls went through', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a'])
  await server.redis.config('SET', 'maxmemory', '1')

  await expect(pull(test.line, 2)).rejects.toThrow('OOM')
})

it('jobs whose pull lost its answer come back when their locks have run out, at no cost', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a'])
  // A call that is sent again takes the next job: of the first one nobody knows.
  await test.line.worker.getNextJob('of an answer that was lost', { block: false })

  expect(await pull(test.line, 1)).toEqual([])
  await endLocks(server, test.queue)
  await using other = await openTestLine(server.redis)

  const [job] = await pull(other.line, 1)
  expect(job?.job).toMatchObject({ id: 'a', attemptsMade: 0, stalledCounter: 1 })
})
