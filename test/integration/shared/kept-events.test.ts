import { expect, it } from 'vitest'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

it('of the events of a queue about a thousand are kept, however many jobs there were', async () => {
  await using server = await openRedis()
  await using queues = new ChangeQueues({ account: 'acme', connection: 'staff' }, server.redis)
  const ids = Array.from({ length: 2_000 }, (_one, i) => `user${i}`)
  await queues.add(
    ids.map((id) => ({
      ref: { connection: 'staff', kind: 'user', id },
      revision: 1,
      operation: 'update user',
      data: { what: id, changed: [] },
    })),
  )

  const kept = await server.redis.xlen(queues.of('update user').toKey('events'))

  // BullMQ trims by whole nodes of the stream, of 100 events
  expect(kept).toBeGreaterThanOrEqual(1_000)
  expect(kept).toBeLessThan(1_200)
})
