import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { changeQueueName } from '@provisioner/shared/queues.ts'
import { openLine } from '@provisioner/worker/loop/line.ts'
import { peek } from '@provisioner/worker/loop/peek.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

async function openTestLine(redis: Redis) {
  const queue = new Queue(changeQueueName('staff', 'users.create'), { connection: redis })
  const line = await openLine({ connection: 'staff', queue: 'users.create', redis, name: 'w1', onError: () => {} })
  return {
    queue,
    line,
    [Symbol.asyncDispose]: async () => void (await Promise.all([queue.close(), line.worker.close(true)])),
  }
}

it('a queue that lets others go first is looked at again as soon as it may', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.queue.add('create user', {})
  const now = Date.now()
  test.line.emptyUntil = now + 250

  const due = await peek(server.redis, [test.line], now)
  const meanwhile = test.line.ready
  await peek(server.redis, [test.line], now + 250)

  expect([due - now, meanwhile, test.line.ready]).toEqual([250, 0, 1])
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
  await test.queue.addBulk(Array.from({ length: jobs }, () => ({ name: 'create user', data: {} })))
  Object.assign(test.line, { pulling, readySince: since })

  await peek(server.redis, [test.line], 1_000)

  expect({ ready: test.line.ready, since: test.line.readySince }).toEqual(expected)
})
