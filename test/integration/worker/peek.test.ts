import { expect, it } from 'vitest'
import { createLogger } from '@provisioner/shared/logger.ts'
import { peek } from '@provisioner/worker/loop/peek.ts'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { openTestLine, type TestLine } from '../../fixtures/open-test-line.ts'

const log = createLogger({ name: 'test', level: 'silent' })

it('a queue that lets others go first is looked at again as soon as it may', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.queue.add('update user', {})
  const now = Date.now()
  test.line.emptyUntil = now + 250

  const due = await peek([test.line], now, { isPaused: async () => false, log })
  const meanwhile = test.line.ready
  await peek([test.line], now + 250, { isPaused: async () => false, log })

  expect([due - now, meanwhile, test.line.ready]).toEqual([250, 0, 1])
})

it('a queue that an admin has paused has nothing to pull, and is looked at again', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.queue.add('update user', {})
  let isPaused = true
  const look = () => peek([test.line], Date.now(), { isPaused: async () => isPaused, log })

  const due = await look()
  const paused = test.line.ready
  isPaused = false
  await look()

  expect([paused, test.line.ready]).toEqual([0, 1])
  expect(due - Date.now()).toBeLessThanOrEqual(1_000)
})

it.each([
  ['were there before', { jobs: 2, pulling: 0, since: 5 }, { ready: 2, since: 5 }],
  ['have just come', { jobs: 2, pulling: 0, since: 0 }, { ready: 2, since: 1_000 }],
  ['are all being pulled, or some are not', { jobs: 2, pulling: 2, since: 5 }, { ready: 0, since: 5 }],
  ['are there no more', { jobs: 0, pulling: 2, since: 5 }, { ready: 0, since: 0 }],
  ['were never there', { jobs: 0, pulling: 0, since: 0 }, { ready: 0, since: 0 }],
])('a queue knows since when jobs linger that %s', async (_when, { jobs, pulling, since }, expected) => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.queue.addBulk(Array.from({ length: jobs }, () => ({ name: 'update user', data: {} })))
  Object.assign(test.line, { pulling, readySince: since })

  await peek([test.line], 1_000, { isPaused: async () => false, log })

  expect({ ready: test.line.ready, since: test.line.readySince }).toEqual(expected)
})

/** When the queues are looked at. Delays are counted from then. */
const NOW = Date.now()

it.each<[string, (test: TestLine) => Promise<unknown>, { ready: number; nextInMs: number }]>([
  ['is empty', async () => {}, { ready: 0, nextInMs: 20_000 }],
  ['has jobs', ({ add }) => add(['a', 'b']), { ready: 2, nextInMs: 1_000 }],
  ['has jobs with a priority', ({ add }) => add(['a', 'b'], { priority: 1 }), { ready: 2, nextInMs: 1_000 }],
  [
    'has a job that another worker has',
    ({ add, line }) => add(['a']).then(() => line.worker.getNextJob('t1', { block: false })),
    { ready: 0, nextInMs: 1_000 },
  ],
  ['is paused', ({ add, queue }) => add(['a']).then(() => queue.pause()), { ready: 0, nextInMs: 1_000 }],
  [
    'has a delayed job that is due',
    ({ add }) => add(['a'], { timestamp: NOW - 5, delay: 5 }),
    { ready: 1, nextInMs: 1_000 },
  ],
  [
    'has one that will be due soon',
    ({ add }) => add(['a'], { timestamp: NOW, delay: 999 }),
    { ready: 0, nextInMs: 50 },
  ],
  [
    'has one that will be due later',
    ({ add }) => add(['a'], { timestamp: NOW, delay: 1_000 }),
    { ready: 0, nextInMs: 1_000 },
  ],
])('a queue that %s has so many jobs ready, and is looked at again so soon', async (_what, arrange, expected) => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await arrange(test)

  const due = await peek([test.line], NOW, { isPaused: async () => false, log })

  expect({ ready: test.line.ready, nextInMs: due - NOW }).toEqual(expected)
})

it.each(['wait', 'prioritized', 'delayed'])(
  'a queue whose "%s" is of the wrong type is left out and named once, and the others are looked at',
  async (key) => {
    await using server = await openRedis()
    await using broken = await openTestLine(server.redis)
    await using other = await openTestLine(server.redis, 'groups')
    const lines: LogLine[] = []
    const told = createLogger({ name: 'test', level: 'warn', destination: recordingDestination(lines) })
    await other.add(['a'])
    await server.redis.set(broken.queue.toKey(key), 'garbage')

    for (const at of [NOW, NOW + 2_000])
      await peek([broken.line, other.line], at, { isPaused: async () => false, log: told })

    expect([broken.line.ready, other.line.ready]).toEqual([0, 1])
    expect(lines).toMatchObject([{ connection: 'staff', queue: 'users.update' }])
  },
)
