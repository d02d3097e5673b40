import { expect, it } from 'vitest'
import { JobWaiter } from '@provisioner/worker/loop/wait-for-jobs.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { openTestLine } from '../../fixtures/open-test-line.ts'

/** Longer than any of these waits should take, ms. */
const LONG = 5_000

it('a wait ends when a job is added', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = new JobWaiter()

  const told = waiter.wait([test.line], Date.now() + LONG)
  await test.add(['a'])

  expect(await told).toBe(true)
})

it('a wait ends when a queue that has jobs is resumed', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = new JobWaiter()
  await test.queue.pause()
  await test.add(['a'])

  const paused = await waiter.wait([test.line], Date.now() + 50)
  const told = waiter.wait([test.line], Date.now() + LONG)
  await test.queue.resume()

  expect([paused, await told]).toEqual([false, true])
})

it('a wait ends at its time when there is no job', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = new JobWaiter()

  expect(await waiter.wait([test.line], Date.now() + 50)).toBe(false)
})

it('a queue that nobody waits for wakes nobody, and the next wait is told of its job', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = new JobWaiter()
  await test.add(['a'])

  const without = await waiter.wait([], Date.now() + 50)
  const within = await waiter.wait([test.line], Date.now() + LONG)

  expect([without, within]).toEqual([false, true])
})

it('a wait that goes on from an earlier one is told, too', async () => {
  await using server = await openRedis()
  await using first = await openTestLine(server.redis)
  using waiter = new JobWaiter()
  // shorter than what BullMQ waits for at least
  await waiter.wait([first.line], Date.now() + 1)

  const told = waiter.wait([first.line], Date.now() + LONG)
  await first.add(['a'])

  expect(await told).toBe(true)
})

it('a wait whose connection is lost goes on with the next one', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  using waiter = new JobWaiter()
  const cut = waiter.wait([test.line], Date.now() + 200)
  await server.redis.call('CLIENT', 'KILL', 'SKIPME', 'yes')
  await cut

  const told = waiter.wait([test.line], Date.now() + LONG)
  await test.add(['a'])

  expect(await told).toBe(true)
})

it('who is disposed of ends its wait, and waits no more', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  const waiter = new JobWaiter()

  const told = waiter.wait([test.line], Date.now() + LONG)
  waiter[Symbol.dispose]()

  expect([await told, await waiter.wait([test.line], Date.now() + LONG)]).toEqual([false, false])
})
