import { expect, it } from 'vitest'
import { newestConfig } from '@provisioner/shared/ledger/newest-config.ts'
import { readServices } from '@provisioner/shared/ledger/services.ts'
import { ageConfig } from '../fixtures/age-config.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { startService, type ServiceProcess } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

it('after a power cut, and after Redis lost its data, what was rolled out stays, whichever host boots first', async () => {
  await using owned = new AsyncDisposableStack()
  const world = owned.use(
    await openWorld({
      ldif: directoryOf([{ uid: 'ada', cn: 'Ada', displayName: 'Countess' }]),
      producers: 0,
      config: { schedule: { every: '1s' }, users: { map: { name: { from: 'cn' } } } },
    }),
  )
  const older = world.yaml
  const newer = older.replace('from: cn', 'from: displayName')
  const start = async (yaml: string, file: string) =>
    owned.use(await startService('producer', { yaml, env: {} }, { file }))
  const nameIs = (name: string) =>
    until(
      async () => (await world.zendesk.user('ada@example.org'))?.name === name,
      30_000,
      async () => `${name}: it is ${(await world.zendesk.user('ada@example.org'))?.name}`,
    )
  const says = ({ output }: ServiceProcess, words: string) =>
    until(
      () => output.some((line) => line.includes(words)),
      20_000,
      () => `not said: ${words}`,
    )
  const cut = async (...services: ServiceProcess[]) => {
    for (const service of services) service.kill('SIGKILL')
    await Promise.all(services.map(({ ended }) => ended))
  }
  let forgotten = await start(older, 'power-forgotten')
  await nameIs('Ada')
  let right = await start(newer, 'power-right')
  await nameIs('Countess')
  const { print } = (await newestConfig(world.redis, STAFF))!

  await cut(forgotten, right)
  await ageConfig(world.redis, 'staff', 0.3)
  await world.zendesk.forgetRequests()
  forgotten = await start(older, 'power-forgotten')
  await says(forgotten, 'this one runs no cycles')
  right = await start(newer, 'power-right')
  expect((await newestConfig(world.redis, STAFF))?.print).toBe(print)

  // a failover to a Redis that is empty
  await world.redis.flushall()
  await until(
    async () => (await newestConfig(world.redis, STAFF)) !== undefined,
    20_000,
    () => 'nobody tells which configuration is the newest',
  )
  expect((await newestConfig(world.redis, STAFF))?.print).toBe(print)
  await until(
    async () => (await world.ledger.lastCycle()) !== undefined,
    40_000,
    () => 'no cycle runs on the empty Redis',
  )
  expect(await world.zendesk.writes()).toEqual([])

  // the right host stays away: an older mapping is better than none
  await cut(right)
  await ageConfig(world.redis, 'staff', 1.1)
  await says(forgotten, 'this older one works')
  await nameIs('Ada')
  // an empty Redis hears of a service again with its next beat, some seconds later, and each has a beat of its own
  await until(
    async () => {
      const alive = (await readServices(world.redis, STAFF.account)).filter(({ isAlive }) => isAlive)
      return (['producer', 'worker'] as const).every((role) => alive.some((one) => one.role === role))
    },
    20_000,
    () => 'producer and worker do not say again that they are there',
  )
  expect(await runCli({ yaml: newer, env: {} }, ['status'])).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('works with an older configuration'),
  })
  await start(newer, 'power-right')
  await nameIs('Countess')
}, 240_000)
