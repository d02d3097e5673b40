import type { Span, Telemetry } from 'bullmq'
import { expect, it } from 'vitest'
import { createLogger } from '@provisioner/shared/logger.ts'
import { pull } from '@provisioner/worker/loop/pull.ts'
import { tellAll } from '@provisioner/worker/loop/tell-outcomes.ts'
import type { Outcome } from '@provisioner/worker/outcome.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { openTestLine } from '../../fixtures/open-test-line.ts'

const log = createLogger({ name: 'test', level: 'silent' })

/** What becomes of a job by its outcome. */
const CASES: readonly [id: string, outcome: Outcome | undefined, state: string][] = [
  ['applied', { status: 'applied', what: 'updated', zendeskId: 1 }, 'completed'],
  ['another', { status: 'applied', what: 'updated', zendeskId: 2 }, 'completed'],
  ['in sync', { status: 'already applied', zendeskId: 3 }, 'completed'],
  ['overtaken', { status: 'superseded', why: 'Revision 7 is applied' }, 'completed'],
  ['refused', { status: 'rejected', code: 'REFUSED', why: 'No', todo: 'Change it' }, 'failed'],
  ['failing', { status: 'retry', why: 'Zendesk is not available', afterMs: 60_000 }, 'delayed'],
  ['waiting', { status: 'later', why: 'Another worker writes it', ms: 60_000 }, 'delayed'],
  ['unanswered', undefined, 'delayed'],
]

it('each job of a batch goes where its outcome says', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(CASES.map(([id]) => id))
  const jobs = await pull(test.line, 100, log)
  const outcomes = new Map(CASES.flatMap(([id, outcome]) => (outcome ? [[id, outcome] as const] : [])))

  await tellAll(test.line, jobs, outcomes, log)

  expect(jobs.map(({ id }) => id)).toEqual(CASES.map(([id]) => id))
  expect(await Promise.all(CASES.map(([id]) => test.stateOf(id)))).toEqual(CASES.map(([, , state]) => state))
  expect((await test.queue.getJob('another'))?.returnvalue).toEqual(CASES[1]![1])
  expect((await test.queue.getJob('waiting'))?.attemptsMade).toBe(0)
  // The code comes first, and no line of our own code.
  const told = 'REFUSED: No. Change it'
  expect(await test.queue.getJob('refused')).toMatchObject({ failedReason: told, stacktrace: [told] })
  expect((await test.queue.getJob('failing'))?.stacktrace).toEqual(['Zendesk is not available'])
  expect(test.line.pulled.size).toBe(0)
})

it('a job whose lock went to another worker is left to it', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(['mine', 'also mine', 'taken', 'given up'])
  const jobs = await pull(test.line, 100, log)
  await server.redis.set(test.queue.toKey('taken:lock'), 'of another')
  jobs.find(({ id }) => id === 'given up')!.lost = true
  const applied = (id: string) => [id, { status: 'applied', what: 'updated', zendeskId: 1 }] as const

  await tellAll(test.line, jobs, new Map(jobs.map(({ id }) => applied(id))), log)

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
    const jobs = await pull(test.line, 10, log)
    const outcomes = jobs.map(({ id }) => [id, { status: 'applied', what: 'updated', zendeskId: 1 }] as const)
    await tellAll(test.line, jobs, new Map(outcomes), log)
  }

  expect(await test.queue.getCompletedCount()).toBe(5)
  expect(await server.redis.keys(test.queue.toKey('job *'))).toHaveLength(5)
})

it('BullMQ counts every job of a batch, and tells of it', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  const ids = Array.from({ length: 100 }, (_one, i) => `job ${i}`)
  await test.add(ids)
  const jobs = await pull(test.line, 100, log)
  const refusal: Outcome = { status: 'rejected', code: 'REFUSED', why: 'No', todo: 'Change it' }
  const outcomeOf = (i: number): Outcome => (i < 90 ? { status: 'applied', what: 'updated', zendeskId: i } : refusal)

  await tellAll(test.line, jobs, new Map(jobs.map(({ id }, i) => [id, outcomeOf(i)])), log)

  const counted = await Promise.all((['completed', 'failed'] as const).map((type) => test.queue.getMetrics(type)))
  expect(counted.map(({ meta }) => meta.count)).toEqual([90, 10])
  const events = await server.redis.xrange(test.queue.keys['events']!, '-', '+')
  const told = events.map(([, fields]) => fields[1])
  expect(told.filter((event) => event === 'completed')).toHaveLength(90)
  expect(told.filter((event) => event === 'active')).toHaveLength(100)
})

it('BullMQ’s telemetry is told of every job of a batch that is pulled, and of each that is completed or failed', async () => {
  await using server = await openRedis()
  await using test = await openTestLine(server.redis)
  await test.add(CASES.map(([id]) => id))
  const spans: string[] = []
  // BullMQ asks for it with each step; as an option of the Worker's it would be the same one.
  Object.assign(test.line.worker.opts, { telemetry: recordingTelemetry(spans) })

  const jobs = await pull(test.line, CASES.length, log)
  const outcomes = new Map(CASES.flatMap(([id, outcome]) => (outcome ? [[id, outcome] as const] : [])))
  await tellAll(test.line, jobs, outcomes, log)

  const told = (step: string) => spans.filter((name) => name === `${step} staff.users.update`).length
  const ended = (as: string) => CASES.filter(([, , state]) => state === as).length
  expect(['getNextJob', 'complete', 'fail'].map(told)).toEqual([CASES.length, ended('completed'), ended('failed')])
})

/** Keeps the names of all spans. */
function recordingTelemetry(spans: string[]): Telemetry<undefined> {
  const span: Span<undefined> = {
    setSpanOnContext: (context) => context,
    ...{
      setAttribute: () => {},
      setAttributes: () => {},
      addEvent: () => {},
      recordException: () => {},
      end: () => {},
    },
  }
  return {
    tracer: {
      startSpan: (name) => {
        spans.push(name)
        return span
      },
    },
    contextManager: {
      with: (_context, fn) => fn(),
      active: () => undefined,
      getMetadata: () => '',
      fromMetadata: () => undefined,
    },
  }
}
