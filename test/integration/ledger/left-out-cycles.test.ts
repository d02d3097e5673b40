import { Queue, Worker, type Job } from 'bullmq'
import { expect, it } from 'vitest'
import { isLeftOut } from '@provisioner/producer/cycle/slowed-cycles.ts'
import { CYCLE_JOBS, cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const HOUR = 60 * 60_000

/** A queue of cycles with a schedule of one an hour, and whoever takes them. */
async function openCycles(owned: AsyncDisposableStack) {
  const { redis } = owned.use(await openRedis())
  const name = cycleQueueName(STAFF.connection)
  const prefix = queuePrefix(STAFF.account)
  const queue = new Queue(name, { connection: redis, prefix })
  owned.defer(() => queue.close())
  const worker = new Worker(name, null, { connection: redis, prefix, autorun: false })
  owned.defer(() => worker.close())
  await queue.upsertJobScheduler('every', { every: HOUR }, { name: CYCLE_JOBS.ordinary, data: {} })
  const take = (): Promise<Job> => worker.getNextJob('token')
  return { queue, take }
}

/** Whether it is left out while cycles are slowed for another hour, or for `leftMs`. */
async function leftOut(job: Job, leftMs = HOUR): Promise<boolean> {
  const cycles = { since: 1, count: 9, code: 'DIRECTORY_SCAN_INCOMPLETE', what: 'Cut off', released: false }
  const answer = await isLeftOut(
    job,
    {
      failing: async () => ({ ...cycles, nextAt: Date.now() + leftMs }),
      directory: { changeToken: () => Promise.reject(new Error('asked, though it could be reached')) },
      bases: [],
      everyMs: 60_000,
    },
    new AbortController().signal,
  )
  return answer !== undefined
}

it('while cycles are slowed, one by the schedule is left out until it is time', async () => {
  await using owned = new AsyncDisposableStack()
  const { take } = await openCycles(owned)
  const job = await take()

  expect([await leftOut(job), await leftOut(job, 31_000), await leftOut(job, 29_000)]).toEqual([true, true, false])
})

it.each<[string, (test: Awaited<ReturnType<typeof openCycles>>) => Promise<Job>]>([
  [
    'asked for',
    async ({ queue, take }) => {
      await take()
      await queue.add(CYCLE_JOBS.ordinary, {})
      return await take()
    },
  ],
  [
    'full',
    async ({ queue, take }) => {
      await take()
      await queue.upsertJobScheduler('full', { every: HOUR }, { name: CYCLE_JOBS.full, data: {} })
      return await take()
    },
  ],
  [
    'promoted in Bull Board',
    async ({ queue, take }) => {
      await take()
      const [next] = await queue.getDelayed()
      await next!.promote()
      return await take()
    },
  ],
  [
    'given back by a producer that stopped',
    async ({ take }) => {
      await (await take()).moveToWait('token')
      return await take()
    },
  ],
])('while cycles are slowed, one that was %s is run', async (_how, arrange) => {
  await using owned = new AsyncDisposableStack()

  expect(await leftOut(await arrange(await openCycles(owned)))).toBe(false)
})
