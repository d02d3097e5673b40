import { afterEach, expect, it } from 'vitest'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { newestConfig } from '@provisioner/shared/ledger/newest-config.ts'
import { readServices } from '@provisioner/shared/ledger/services.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { startService, type ServiceProcess } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

let owned: AsyncDisposableStack
afterEach(() => owned.disposeAsync())

const HALTED = 'A producer was started with a newer configuration'
const GOES_ON = 'This configuration is the newest again'

const says = (service: ServiceProcess, words: string) =>
  until(
    () => service.output.some((line) => line.includes(words)),
    20_000,
    () => `the producer does not say '${words}': ${service.output.join('\n')}`,
  )

async function nameIs(world: World, name: string): Promise<void> {
  await until(
    async () => (await world.zendesk.user('ada@example.org'))?.name === name,
    30_000,
    async () => `${name}: it is ${(await world.zendesk.user('ada@example.org'))?.name}`,
  )
}

const troubles = async (world: World) => (await readHealth(world.redis, STAFF)).troubles.map(({ code }) => code)

it('of two producers with different configurations the one that was started last works, and the other says so', async () => {
  owned = new AsyncDisposableStack()
  const world = owned.use(
    await openWorld({
      ldif: directoryOf([{ uid: 'ada', cn: 'Ada', displayName: 'Countess' }]),
      config: { schedule: { every: '2s' }, users: { map: { name: { from: 'cn' } } } },
      producers: 0,
    }),
  )
  const older = { yaml: world.yaml, env: {} }
  const newer = { yaml: world.yaml.replace(/from: cn/, 'from: displayName'), env: {} }
  expect(newer.yaml).not.toBe(older.yaml)
  const start = async (config: typeof older, file?: string) =>
    owned.use(await startService('producer', config, { file }))

  // a change is rolled out on one of two hosts
  const one = await start(older)
  const forgotten = await start(older, 'of-the-forgotten-host')
  await nameIs(world, 'Ada')
  const changed = await start(newer)
  await Promise.all([says(one, HALTED), says(forgotten, HALTED)])
  await nameIs(world, 'Countess')
  await world.settled()
  await world.zendesk.forgetRequests()
  const { cycle } = (await world.ledger.lastCycle())!
  await until(
    async () => (await world.ledger.lastCycle())!.cycle >= cycle + 3,
    30_000,
    () => 'no cycles run',
  )
  const status = await runCli(world, ['status'])
  const plan = await runCli(world, ['plan'])

  expect(await world.zendesk.writes()).toEqual([])
  expect(status.code).toBe(3)
  const names = (await readServices(world.redis, STAFF.account)).flatMap(({ connections, role, name }) =>
    role === 'producer' && connections['staff'] !== undefined ? [name] : [],
  )
  expect(names.filter((name) => status.stdout.includes(name))).toHaveLength(3)
  expect(status.stdout).toContain('CONFIG_OLDER')
  expect(plan.stdout).toContain('This is the plan of another configuration')

  // the forgotten host starts anew with the file that it always had: that rolls nothing out
  forgotten.kill('SIGTERM')
  await forgotten.ended
  const back = await start(older, 'of-the-forgotten-host')
  await says(back, HALTED)
  expect((await newestConfig(world.redis, STAFF))?.by).not.toContain(`-${back.pid}-`)

  // the change is rolled back: a producer is started with the older content, where the newer one was
  changed.kill('SIGTERM')
  await changed.ended
  const rolledBack = await start(older)
  await Promise.all([says(one, GOES_ON), says(back, GOES_ON)])
  await nameIs(world, 'Ada')
  await until(
    async () => (await troubles(world)).length === 0,
    20_000,
    async () => (await troubles(world)).join(),
  )

  // producers with one configuration succeed each other
  one.kill('SIGTERM')
  rolledBack.kill('SIGTERM')
  await Promise.all([one.ended, rolledBack.ended])
  const before = (await world.ledger.lastCycle())!.cycle
  await until(
    async () => (await world.ledger.lastCycle())!.cycle > before + 1,
    60_000,
    () => 'no cycle after the others were stopped',
  )
}, 240_000)
