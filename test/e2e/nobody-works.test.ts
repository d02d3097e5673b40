import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { startDashboard } from '@provisioner/dashboard/dashboard.ts'
import { Queue } from 'bullmq'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { recordingLog } from '../fixtures/recording-log.ts'
import { startService, type ServiceProcess } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

let owned: AsyncDisposableStack
let world: World
let page: (path: string) => Promise<string>
const services: Record<string, ServiceProcess> = {}
beforeAll(async () => {
  owned = new AsyncDisposableStack()
  world = owned.use(
    await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { firstRun: 'approve' },
      sandbox: { bulkImport: true },
      producers: 0,
      workers: 0,
    }),
  )
  const dashboard = owned.use(
    await startDashboard({
      config: { redis: { url: world.redisServer.url }, connections: [{ id: 'staff', account: 'acme' }] },
      host: '127.0.0.1',
      port: 0,
      credentials: [],
      log: recordingLog().log,
    }),
  )
  page = async (path) => (await fetch(`${dashboard.url}${path}`)).text()
})
afterAll(() => owned.disposeAsync())

const start = async (role: 'producer' | 'worker') => {
  services[role] = owned.use(await startService(role, world))
}
const cli = (...args: string[]) => runCli(world, args)
const codes = async () => (await readHealth(world.redis, STAFF)).troubles.map(({ code }) => code)
const comesTo = (wanted: string[], withinMs = 20_000) =>
  until(
    async () => JSON.stringify(await codes()) === JSON.stringify(wanted),
    withinMs,
    async () => `${wanted.join()}: there is ${(await codes()).join()}`,
  )
const readiness = async (role: string) => {
  const port = Number(/"health":(\d+)/.exec(services[role]!.output.join('\n'))?.[1])
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
  return [answer.status, await answer.json()]
}

/** The steps of one story: each goes on where the last one ended. */
describe('when nobody works, that is said first', () => {
  it('before anything was started: by status, the pages, and whoever asks for a cycle', async () => {
    const [status, json, held] = await Promise.all([cli('status'), cli('status', '--json'), cli('held')])
    const cycle = await cli('cycle')

    expect(status.code).toBe(4)
    expect(status.stdout).toMatch(
      /^Connection 'staff': stands still\n {2}NO_PRODUCER {2}No producer is running.*\n.*\n {2}NO_WORKER/,
    )
    expect(JSON.parse(json.stdout)).toMatchObject({ level: 'stopped', troubles: [{ code: 'NO_PRODUCER' }, {}] })
    expect(held.stdout).not.toContain('nothing is held')
    expect([cycle.code, cycle.stdout]).toEqual([
      4,
      expect.stringMatching(/asked for, but it cannot run yet:\n {2}NO_PRODUCER/),
    ])
    expect(await page('/problems')).toMatch(/staff stands still(.|\n)*NO_PRODUCER/)
    expect(await page('/held')).not.toContain('Nothing is held')
    expect(await page('/board/')).toMatch(
      /staff: No producer is running: nobody reads the directory.*\n.*What to do, and 1 more/,
    )
    expect(JSON.parse(await page('/readyz'))).toMatchObject({ degraded: { staff: ['NO_PRODUCER', 'NO_WORKER'] } })
  })

  it('while the first plan waits', async () => {
    await Promise.all([start('producer'), start('worker')])
    await comesTo(['FIRST_PLAN_WAITS'])
    const [status, problems, plan] = await Promise.all([cli('status'), cli('problems'), cli('plan', '--json')])

    expect(status.code).toBe(3)
    expect(status.stdout).toMatch(/needs a look\n {2}FIRST_PLAN_WAITS/)
    expect(status.stdout).toMatch(/^ {2}producers +1 running: \S+ since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m)
    expect(problems.stdout).toMatch(/^Connection 'staff':\n {2}FIRST_PLAN_WAITS(.|\n)*no other problems/)
    expect((JSON.parse(plan.stdout) as { problems: unknown[] }).problems).toEqual([])
    expect(status.stdout).toMatch(/^ {2}problems +0$/m)
    expect(await page('/held')).not.toContain('Nothing is held')
    for (const role of ['producer', 'worker'])
      expect(await readiness(role)).toEqual([
        200,
        expect.objectContaining({ status: 'degraded', degraded: { 'staff FIRST_PLAN_WAITS': expect.any(String) } }),
      ])
  })

  it('and once all is well, that is said too', async () => {
    const approved = await cli('approve', '--yes')
    await comesTo([])
    await until(
      async () => (await world.ledger.firstRun()).status === 'done',
      30_000,
      () => 'the approved plan is not carried out',
    )
    await world.settled()

    expect(approved.stdout).toContain('the producer carries it out now')
    expect(await cli('status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("'staff': all is well\n  producers"),
    })
    expect(await readiness('producer')).toEqual([200, expect.objectContaining({ status: 'ready' })])
    expect((await cli('plan')).stdout).toContain('Nothing to do: Zendesk holds what the directory says.')
    expect(await page('/problems')).toContain('Nothing is wrong')
  })

  it('while queues are paused by hand', async () => {
    const cycles = new Queue(cycleQueueName('staff'), {
      prefix: queuePrefix('acme'),
      connection: { url: world.redisServer.url },
    })
    try {
      await world.queue('users.create').pause()
      const one = await cli('status')
      await cycles.pause()
      const [cycle, status] = await Promise.all([cli('cycle'), cli('status')])

      expect([one.code, one.stdout]).toEqual([3, expect.stringMatching(/QUEUES_PAUSED {2}Paused: users\.create/)])
      expect([cycle.code, cycle.stdout]).toEqual([4, expect.stringContaining('CYCLES_PAUSED')])
      expect(status.code).toBe(4)
    } finally {
      await world.queue('users.create').resume()
      await cycles.resume()
      await cycles.close()
    }
    await comesTo([])
  })

  it('while cycles fail, since when and how often', async () => {
    await world.slapd.pause()
    await cli('cycle')
    await comesTo(['CYCLES_FAILING'])
    await cli('cycle')
    await until(
      async () => (await world.ledger.failingCycles())!.count >= 2,
      20_000,
      () => 'the second cycle did not fail',
    )
    const status = await cli('status')
    await world.slapd.restart()
    await cli('cycle')

    expect(status.code).toBe(4)
    expect(status.stdout).toMatch(
      /CYCLES_FAILING {2}The last \d+ cycles failed, since .* UTC\. DIRECTORY_UNREACHABLE: /,
    )
    await comesTo([])
  })

  it('when the worker is killed, and when the producer is stopped', async () => {
    services['worker']!.kill('SIGKILL')
    services['producer']!.kill('SIGTERM')
    await services['producer']!.ended
    const stopped = await codes()
    await comesTo(['NO_PRODUCER', 'NO_WORKER'])
    const status = await cli('status')

    expect(stopped).toContain('NO_PRODUCER')
    expect(status.code).toBe(4)
    expect(status.stdout).toMatch(/^ {2}workers +none running; the last was seen .* UTC$/m)
  })
}, 90_000)
