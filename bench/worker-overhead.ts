import { randomUUID } from 'node:crypto'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { runProcess, setStage, type Stage } from './stage.ts'

/** Single writes that a worker has under way at once (`batch/create-users.ts`). */
const AT_ONCE = 20

const users = (count: number) => loadLdif({ endUsers: count, agents: 0, groups: 0, memberships: 0 })

/** Our worker against one that does nothing: what pulling, leasing, sending, settling and recording cost. */
export async function workerOverhead(): Promise<Finding> {
  const count = 20_000
  await using stage = await setStage({
    ldif: users(count),
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  const [noop, ours] = await beforeAndAfter(
    () => timeNoop(stage, count),
    () => timeWorkers(stage, 1),
  )
  return finding('worker-overhead', {
    measured: count / ours,
    reference: count / noop,
    goal: '>= 0.5',
    rows: [
      ['jobs, sent by create_many', String(count)],
      ['a worker that does nothing, concurrency 100, jobs/s', ((count / noop) * 1000).toFixed(0)],
      ['our worker, jobs/s', ((count / ours) * 1000).toFixed(0)],
    ],
  })
}

/** The same with bulk import refused, against got alone at the same concurrency. */
export async function workerOverheadNoBulk(): Promise<Finding> {
  const count = 10_000
  await using stage = await setStage({ ldif: users(count), sandbox: { limits: 'off', bulkImport: false } })
  const { authorization } = stage.zendesk.headers
  const timeGot = async () =>
    Number(await runProcess('got-process.ts', [stage.zendesk.url, authorization!, String(count), String(AT_ONCE)]))
  const [alone, ours] = await beforeAndAfter(timeGot, () => timeWorkers(stage, 1))
  return finding('worker-overhead-no-bulk', {
    measured: count / ours,
    reference: count / alone,
    goal: '>= 0.8',
    rows: [
      [`users, sent by POST /users, ${AT_ONCE} at once`, String(count)],
      ['got alone, requests/s', ((count / alone) * 1000).toFixed(0)],
      ['our worker, jobs/s', ((count / ours) * 1000).toFixed(0)],
    ],
  })
}

/** One worker against four, each answer 100 ms away. Long enough for the seconds in which a new process is slow to count little. */
export async function scaleOut(): Promise<Finding> {
  const rate = async (workers: number, count: number) => {
    await using stage = await setStage({
      ldif: users(count),
      sandbox: { limits: 'off', bulkImport: false, answerDelayMs: 100 },
    })
    return (count / (await timeWorkers(stage, workers))) * 1000
  }
  const one = await rate(1, 3_000)
  const four = await rate(4, 12_000)
  return finding('scale-out', {
    measured: four,
    reference: 4 * one,
    goal: '>= 0.9',
    rows: [
      ['1 worker, jobs/s', one.toFixed(0)],
      ['4 workers, jobs/s', four.toFixed(0)],
    ],
  })
}

/**
 * What is measured against a reference that ran before it and after it, ms each: a shared machine is faster at one time
 * than at another. Of the reference, the mean.
 */
async function beforeAndAfter(
  reference: () => Promise<number>,
  measured: () => Promise<number>,
): Promise<[reference: number, measured: number]> {
  const before = await reference()
  const ours = await measured()
  const after = await reference()
  return [(before + after) / 2, ours]
}

/** From the first job to the last, ms: queues are filled and workers up before the clock starts. */
async function timeWorkers(stage: Stage, workers: number): Promise<number> {
  await stage.start('producer')
  await stage.cycle()
  await stage.pause()
  for (let i = 0; i < workers; i++) await stage.start('worker')
  const began = performance.now()
  await stage.resume()
  await stage.drained(600_000)
  return performance.now() - began
}

/** The same jobs, as the producer adds them, done by a worker that does nothing with them. */
async function timeNoop(stage: Stage, count: number): Promise<number> {
  const connection = { host: '127.0.0.1', port: stage.redisServer.port }
  await using queues = new ChangeQueues('noop', connection)
  const queue = queues.of('create user')
  await queue.pause()
  await queues.add(
    Array.from({ length: count }, (_one, i) => ({
      ref: { connection: 'noop', kind: 'user', id: randomUUID() },
      revision: Date.now() + i,
      operation: 'create user',
      data: { what: `user${i}@example.org`, changed: ['email', 'external_id', 'name', 'phone', 'role'] },
    })),
  )
  await using _worker = await stage.startScript('noop-process.ts', [String(connection.port), queue.name])
  const began = performance.now()
  await queue.resume()
  await stage.isEmpty(queue)
  return performance.now() - began
}
