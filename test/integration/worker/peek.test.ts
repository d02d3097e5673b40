import { Queue } from 'bullmq'
import { expect, it } from 'vitest'
import { changeQueueName } from '@provisioner/shared/queues.ts'
import { openLine } from '@provisioner/worker/loop/line.ts'
import { peek } from '@provisioner/worker/loop/peek.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

it('a queue that lets others go first is looked at again as soon as it may', async () => {
  await using server = await openRedis()
  const { redis } = server
  const queue = new Queue(changeQueueName('staff', 'users.create'), { connection: redis })
  await queue.add('create user', {})
  const line = await openLine({ connection: 'staff', queue: 'users.create', redis, name: 'w1', onError: () => {} })
  const now = Date.now()
  line.emptyUntil = now + 250

  const due = await peek(redis, [line], now)
  const meanwhile = line.ready
  await peek(redis, [line], now + 250)
  const then = line.ready
  await Promise.all([queue.close(), line.worker.close(true)])

  expect([due - now, meanwhile, then]).toEqual([250, 0, 1])
})
