import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { CHANGE_JOB_OPTIONS } from '@provisioner/shared/change-job.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { changeQueueName } from '@provisioner/shared/queues.ts'
import { openLine } from '@provisioner/worker/loop/line.ts'
import { pull } from '@provisioner/worker/loop/pull.ts'
import { settleAll } from '@provisioner/worker/loop/settle.ts'
import type { Outcome } from '@provisioner/worker/outcome.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const log = createLogger({ name: 'test', level: 'silent' })

async function openTestLine(redis: Redis) {
  const queue = new Queue(changeQueueName('staff', 'users.update'), {
    connection: redis,
    defaultJobOptions: CHANGE_JOB_OPTIONS,
  })
  const line = await openLine({ connection: 'staff', queue: 'users.update', redis, name: 'w1', onError: () => {} })
  return {
    queue,
    line,
    add: (ids: readonly string[], opts = {}) =>
      queue.addBulk(ids.map((jobId) => ({ name: 'update user', data: {}, opts: { ...opts, jobId } }))),
    stateOf: async (id: string) => (await queue.getJob(id))?.getState(),
    [Symbol.asyncDispose]: async () => void (await Promise.all([queue.close(), line.worker.close(true)])),
  }
}

/** What becomes of a job by its outcome. */
const CASES: readonly [id: string, outcome: Outcome | undefined, state: string][] = [
  ['applied', { status: 'applied', what: 'updated', zendeskId: 1 }, 'completed'],
  ['another', { status: 'applied', what: 'updated', zendeskId: 2 }, 'completed'],
  ['in step', { status: 'already applied', zendeskId: 3 }, 'completed'],
  ['overtaken', { status: 'superseded', why: 'Revision 7 is applied' }, 'completed'],
  ['refused', { status: 'rejected', code: 'ZENDESK_INVALID', why: 'No', todo: 'Change it' }, 'failed'],
  ['failing', { status: 'retry', why: 'Zendesk is not available', afterMs: 60_000 }, 'delayed'],
  ['waiting', { status: 'later', why: 'Another worker writes it', ms: 60_000 }, 'delayed'],
  ['unanswered', undefined, 'delayed'],
]

it('each job of a batch goes where its outcome says', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(CASES.map(([id]) => id))
  const jobs = await pull(test.line, 100)
  const outcomes = new Map(CASES.flatMap(([id, outcome]) => (outcome ? [[id, outcome] as const] : [])))

  await settleAll(test.line, jobs, outcomes, log)

  expect(jobs.map(({ id }) => id)).toEqual(CASES.map(([id]) => id))
  expect(await Promise.all(CASES.map(([id]) => test.stateOf(id)))).toEqual(CASES.map(([, , state]) => state))
  expect((await test.queue.getJob('another'))?.returnvalue).toEqual(CASES[1]![1])
  expect((await test.queue.getJob('waiting'))?.attemptsMade).toBe(0)
  expect(test.line.held.size).toBe(0)
})

it('a job whose lock went to another worker is left to it', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['mine', 'also mine', 'taken', 'given up'])
  const jobs = await pull(test.line, 100)
  await server.redis.set(`${test.line.prefix}taken:lock`, 'of another')
  jobs.find(({ id }) => id === 'given up')!.lost = true
  const applied = (id: string) => [id, { status: 'applied', what: 'updated', zendeskId: 1 }] as const

  await settleAll(test.line, jobs, new Map(jobs.map(({ id }) => applied(id))), log)

  const states = await Promise.all(jobs.map(({ id }) => test.stateOf(id)))
  expect(states).toEqual(['completed', 'completed', 'active', 'active'])
})

it('completed jobs beyond those that are kept are cleared away with each batch', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(
    Array.from({ length: 30 }, (_one, i) => `job ${i}`),
    { removeOnComplete: { age: 3_600, count: 5 } },
  )
  for (let batch = 0; batch < 3; batch++) {
    const jobs = await pull(test.line, 10)
    const outcomes = jobs.map(({ id }) => [id, { status: 'applied', what: 'updated', zendeskId: 1 }] as const)
    await settleAll(test.line, jobs, new Map(outcomes), log)
  }

  expect(await test.queue.getCompletedCount()).toBe(5)
  expect(await server.redis.keys(`${test.line.prefix}job *`)).toHaveLength(5)
})

it('jobs that BullMQ has to hand out are pulled one by one, each under a lock of its own', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['first', 'second', 'third'], { priority: 1 })

  const jobs = await pull(test.line, 100)

  expect(jobs.map(({ id }) => id).toSorted()).toEqual(['first', 'second', 'third'])
  expect(new Set(jobs.map(({ token }) => token)).size).toBe(3)
  expect(await test.queue.getActiveCount()).toBe(3)
})
