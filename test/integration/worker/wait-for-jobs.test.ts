import { expect, it } from 'vitest'
import { JobWaiter } from '@provisioner/worker/loop/wait-for-jobs.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { openTestLine, type TestLine } from '../../fixtures/open-test-line.ts'

/** Longer than any of these waits should take, ms. */
const LONG = 5_000

/** One that waits on some queues, and has looked at them: whoever begins is told once, since it knows nothing. */
async function openWaiter(redis: ConstructorParameters<typeof JobWaiter>[1], ...tests: readonly TestLine[]) {
  const lines = tests.map(({ line }) => line)
  const waiter = new JobWaiter(lines, redis)
  const told = await waiter.wait(lines, Date.now() + LONG)
  return Object.assign(waiter, { begun: told })
}

it('who begins to wait is told to look at the queues first', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a'])
  using waiter = await openWaiter(server.redis, test)

  expect(waiter.begun).toBe(true)
})

it.each<[string, (test: TestLine) => Promise<unknown>]>([
  ['is added', ({ add }) => add(['a'])],
  ['is added with a priority', ({ add }) => add(['a'], { priority: 1 })],
  ['is to be done later', ({ add }) => add(['a'], { delay: 60_000 })],
])('a wait ends when a job %s', async (_what, act) => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = await openWaiter(server.redis, test)

  const told = waiter.wait([test.line], Date.now() + LONG)
  await act(test)

  expect(await told).toBe(true)
})

it.each<[string, (test: TestLine) => Promise<unknown>]>([
  [
    'is given back by its worker',
    async ({ line }) => (await line.worker.getNextJob('t1', { block: false })).moveToWait('t1'),
  ],
  [
    'is retried by hand',
    async ({ line, queue }) => {
      const job = await line.worker.getNextJob('t1', { block: false })
      await job.moveToFailed(new Error('refused'), 't1', false)
      await (await queue.getJob(job.id!))!.retry()
    },
  ],
])('a wait ends when a job %s', async (_what, act) => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a'], { attempts: 1 })
  using waiter = await openWaiter(server.redis, test)

  const told = waiter.wait([test.line], Date.now() + LONG)
  await act(test)

  expect(await told).toBe(true)
})

it('a wait ends when a queue that has jobs is resumed', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.queue.pause()
  await test.add(['a'])
  using waiter = await openWaiter(server.redis, test)

  const paused = await waiter.wait([test.line], Date.now() + 50)
  const told = waiter.wait([test.line], Date.now() + LONG)
  await test.queue.resume()

  expect([paused, await told]).toEqual([false, true])
})

it('a wait ends at its time when there is no job, and when jobs are only worked on', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['a', 'b'])
  using waiter = await openWaiter(server.redis, test)

  const idle = await waiter.wait([test.line], Date.now() + 50)
  const told = waiter.wait([test.line], Date.now() + 200)
  const job = await test.line.worker.getNextJob('t1', { block: false })
  await job.moveToCompleted('done', 't1', false)

  expect([idle, await told]).toEqual([false, false])
})

it('a queue that nobody waits for wakes nobody, and the next wait is told of its job', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await using other = await openTestLine(server.redis, 'users.remove')
  using waiter = await openWaiter(server.redis, test, other)
  await test.add(['a'])

  const without = await waiter.wait([other.line], Date.now() + 50)
  const within = await waiter.wait([test.line], Date.now() + LONG)

  expect([without, within]).toEqual([false, true])
})

it('what comes between two waits ends the next one', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = await openWaiter(server.redis, test)
  await waiter.wait([test.line], Date.now() + 1)
  await test.add(['a'])

  expect(await waiter.wait([test.line], Date.now() + LONG)).toBe(true)
})

it('more than is read at once is read to its end', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = await openWaiter(server.redis, test)
  await test.add(Array.from({ length: 1_500 }, (_one, i) => `job ${i}`))
  let told = 0
  while (await waiter.wait([test.line], Date.now() + 300)) told++

  expect(told).toBeLessThan(10)
  const again = waiter.wait([test.line], Date.now() + LONG)
  await test.add(['last'])
  expect(await again).toBe(true)
})

it('a connection that is lost ends the wait, for the queues may be others, and the next one is told', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = await openWaiter(server.redis, test)
  const began = performance.now()
  const cut = waiter.wait([test.line], Date.now() + LONG)
  await server.redis.call('CLIENT', 'KILL', 'SKIPME', 'yes')
  await cut
  const tookMs = performance.now() - began

  const told = waiter.wait([test.line], Date.now() + LONG)
  await test.add(['a'])

  expect(await told).toBe(true)
  expect(tookMs).toBeLessThan(LONG)
})

it('a stream of events that some hand has replaced keeps nobody waiting', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = await openWaiter(server.redis, test)
  await server.redis.set(test.queue.toKey('events'), 'garbage')

  const told = [await waiter.wait([test.line], Date.now() + LONG), await waiter.wait([test.line], Date.now() + LONG)]

  expect(told).toEqual([true, true])
})

it('who is disposed of ends its wait, and waits no more', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  const waiter = await openWaiter(server.redis, test)

  const told = waiter.wait([test.line], Date.now() + LONG)
  waiter[Symbol.dispose]()

  expect([await told, await waiter.wait([test.line], Date.now() + LONG)]).toEqual([false, false])
})
