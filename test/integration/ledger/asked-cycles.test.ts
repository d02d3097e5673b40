import { Queue } from 'bullmq'
import { expect, it } from 'vitest'
import { askForCycle } from '@provisioner/producer/cycle/cycle-queue.ts'
import { CYCLE_JOBS, cycleQueueName, queuePrefix, type CycleJobName } from '@provisioner/shared/queues.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

it.each<[waiting: CycleJobName[], added: number]>([
  [[], 1],
  [['cycle'], 0],
  [['full cycle'], 0],
  // neither reads all that a cycle does
  [['changed entries', 'plan'], 1],
  [['plan', 'cycle'], 0],
])('with %j waiting, %i cycle is added when one is asked for twice', async (waiting, added) => {
  await using owned = new AsyncDisposableStack()
  const { redis } = owned.use(await openRedis())
  const options = { connection: redis, prefix: queuePrefix(STAFF.account) }
  const queue = new Queue(cycleQueueName(STAFF.connection), options)
  owned.defer(() => queue.close())
  for (const name of waiting) await queue.add(name, {})

  await askForCycle(queue)
  await askForCycle(queue)

  const names = (await queue.getWaiting()).map(({ name }) => name)
  expect(names.toSorted()).toEqual([...waiting, ...Array<string>(added).fill(CYCLE_JOBS.ordinary)].toSorted())
})
