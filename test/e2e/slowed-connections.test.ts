import { Queue } from 'bullmq'
import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { STAFF } from '../fixtures/staff.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type WorldOptions } from '../fixtures/world.ts'

/** So long a cycle by the schedule is not waited for, ms: what comes sooner comes for another reason. */
const LATER_MS = 10 * 60_000

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** A world whose producer runs cycles by the schedule, and its queue of cycles. */
async function openScheduled(options: Partial<WorldOptions> = {}) {
  const world = owned.use(await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), producers: 0, ...options }))
  const connection = { host: '127.0.0.1', port: world.redisServer.port }
  const cycles = new Queue(cycleQueueName('staff'), { prefix: queuePrefix('acme'), connection })
  cycles.on('error', () => {})
  owned.defer(() => cycles.close())
  const producer = await world.addProducer()
  const failing = () => world.ledger.failingCycles()
  return {
    world,
    producer,
    failing,
    recovered: () =>
      until(
        async () => (await failing()) === undefined,
        60_000,
        () => 'cycles go on failing',
      ),
    /** Waits until so many cycles failed. */
    failed: (count: number) =>
      until(
        async () => ((await failing())?.count ?? 0) >= count,
        60_000,
        async () => JSON.stringify(await failing()),
      ),
    /** Has the next cycle by the schedule come much later, as after many that failed; and one of them be left out. */
    slow: async () => {
      const nextAt = Date.now() + LATER_MS
      await world.redis.hset(connectionKeys(STAFF).state, 'failing', JSON.stringify({ ...(await failing()), nextAt }))
      const leftOut = async () =>
        (await cycles.getCompleted()).filter(
          (job) => (job.returnvalue as { nextAt?: number } | null)?.nextAt === nextAt,
        ).length
      await until(
        async () => (await leftOut()) >= 2,
        60_000,
        () => 'no cycle is left out',
      )
      return (await failing())!.count
    },
  }
}

const schedule = (watch: string | false) => ({ every: '1s', watch })

describe('a connection whose cycles fail for the directory’s sake', () => {
  it.each([
    ['without a watch', false],
    ['with a watch', '1s'],
  ] as const)('is slowed, says so, and recovers as soon as a server answers, %s', async (_how, watch) => {
    const test = await openScheduled({ config: { schedule: schedule(watch) } })
    const { world } = test
    await until(
      async () => (await world.zendesk.users()).length === 1,
      60_000,
      () => 'no cycle ran',
    )
    await world.slapd.pause()
    await test.failed(2)
    const { row, nextAt, since } = (await test.failing())!
    const [status, problems] = await Promise.all([runCli(world, ['status']), runCli(world, ['problems'])])
    await test.slow()

    await world.slapd.restart()
    await test.recovered()

    expect(row!.count).toBeGreaterThanOrEqual(2)
    expect(nextAt! - since).toBeGreaterThan(1_000)
    expect(status.stdout).toMatch(/CYCLES_FAILING.*cycles are slowed: the next one runs at .* UTC/)
    expect(problems.stdout).toMatch(/DIRECTORY_UNREACHABLE(.|\n)*Failed \d+ times in a row with the same cause, since/)
    expect(await world.problems('connection')).toEqual([])
  })

  it('is not asked for the same bind again, but when a producer starts, a cycle is asked for, or it is configured anew', async () => {
    const config = { schedule: schedule('1s') }
    const wrong = { ...config, directory: { bindPassword: 'wrong' } }
    const test = await openScheduled({ config: wrong })
    const { world } = test
    await test.failed(2)
    const before = await test.slow()

    await runCli(world, ['cycle'])
    await test.failed(before + 1)
    const asked = await test.slow()
    await test.producer[Symbol.asyncDispose]()
    const again = await world.addProducer()
    await test.failed(asked + 1)
    const started = await test.slow()
    await again[Symbol.asyncDispose]()
    await openScheduled({ config, servers: world })
    await test.recovered()

    expect([asked, started]).toEqual([before + 1, before + 2])
  })
})

it('a connection whose cycles fail for Zendesk’s sake is not slowed: who leaves is released all along', async () => {
  const test = await openScheduled({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
    config: { schedule: schedule(false) },
  })
  const { world } = test
  await until(
    async () => (await world.zendesk.users()).length === 2,
    60_000,
    () => 'no cycle ran',
  )
  await world.settled()
  await world.fault({ method: 'GET', path: '/api/v2/', kind: '500', times: 'always' })
  await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
  await test.failed(3)
  await deleteEntry(world.slapd, personDn('bob'))

  await until(
    async () => (await world.ledger.pending()).length > 0 || world.sandbox.requests.some((one) => one.method === 'PUT'),
    60_000,
    () => 'nothing is released',
  )
  const { nextAt, released } = (await test.failing())!
  world.sandbox.faults.clear()
  await until(
    async () => (await world.zendesk.user('bob@example.org'))?.suspended === true,
    60_000,
    () => 'bob keeps access',
  )

  expect([nextAt, released]).toEqual([undefined, true])
})
