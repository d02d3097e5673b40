import { Queue } from 'bullmq'
import { it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { startGatedProxy, type GatedProxy } from '../fixtures/gated-proxy.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

/** A world whose schedule runs one cycle, and a producer in it that waits for Zendesk in a full one. */
async function interrupted(owned: AsyncDisposableStack) {
  let gate: GatedProxy | undefined
  const world = owned.use(
    await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      producers: 0,
      config: { schedule: { every: '1h' } },
      zendeskUrl: async (sandbox) => (gate = await startGatedProxy(sandbox.url)).url,
    }),
  )
  owned.use(gate!)
  const queue = new Queue(cycleQueueName('staff'), {
    prefix: queuePrefix('acme'),
    connection: { host: '127.0.0.1', port: world.redisServer.port },
  })
  owned.defer(() => queue.close())
  const start = async (file: string, yaml = world.yaml) =>
    owned.use(await startService('producer', { yaml, env: {} }, { file }))
  const exists = (uid: string) =>
    until(
      async () => (await world.zendesk.user(`${uid}@example.org`)) !== undefined,
      25_000,
      () => `${uid} is not created`,
    )
  const one = await start('interrupted-one')
  await exists('ada')
  await world.settled()
  await until(
    async () => (await queue.getActiveCount()) === 0,
    10_000,
    () => 'the first cycle does not end',
  )
  gate!.close(({ method, path }) => method === 'GET' && /\/(users|users\/count|search)$/.test(path))
  await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))
  await queue.add('full cycle', {})
  await until(
    () => gate!.waiting.length > 0,
    15_000,
    () => one.output.join('\n'),
  )
  return { world, gate: gate!, queue, one, start, exists }
}

it.each(['outdated by a roll-out', 'stopped beside another producer', 'stopped and started again'])(
  'a cycle that runs while its producer is %s is begun anew at once, a full one as full',
  async (how) => {
    await using owned = new AsyncDisposableStack()
    const { world, gate, queue, one, start, exists } = await interrupted(owned)
    if (how.startsWith('outdated')) {
      // Zendesk's answer never comes: a producer that is older by now does not wait for it
      await start('interrupted-two', world.yaml.replace('phone:', 'notes: title\n        phone:'))
      await until(
        () => gate.waiting.length === 0,
        15_000,
        () => 'the older producer still waits for Zendesk',
      )
    } else {
      if (how.startsWith('stopped beside')) await start('interrupted-two')
      one.kill('SIGTERM')
      await one.ended
      if (how.endsWith('again')) await start('interrupted-one')
    }
    gate.open()

    await exists('new')
    await until(
      async () => (await queue.getCompleted()).some(({ name }) => name === 'full cycle'),
      25_000,
      () => 'the full cycle is lost',
    )
  },
  120_000,
)

it('a roll-out has a cycle run at once, and a full cycle that was due while no producer ran is made up for', async () => {
  await using owned = new AsyncDisposableStack()
  const world = owned.use(
    await openWorld({
      ldif: directoryOf([{ uid: 'ada', cn: 'Ada', displayName: 'Countess' }]),
      producers: 0,
      config: { schedule: { every: '1h', full: '0 2 * * *' }, users: { map: { name: { from: 'cn' } } } },
    }),
  )
  const start = async (file: string, yaml = world.yaml) =>
    owned.use(await startService('producer', { yaml, env: {} }, { file }))
  const nameIs = (name: string) =>
    until(
      async () => (await world.zendesk.user('ada@example.org'))?.name === name,
      25_000,
      () => `the name is not ${name}`,
    )
  await start('made-up-one')
  await nameIs('Ada')
  await world.settled()
  const newer = world.yaml.replace('from: cn', 'from: displayName')
  const two = await start('made-up-two', newer)
  await nameIs('Countess')
  two.kill('SIGTERM')
  await two.ended

  const queue = new Queue(cycleQueueName('staff'), {
    prefix: queuePrefix('acme'),
    connection: { host: '127.0.0.1', port: world.redisServer.port },
  })
  owned.defer(() => queue.close())
  // its time comes within a second, and nobody is there
  await queue.upsertJobScheduler('full', { pattern: '* * * * * *' }, { name: 'full cycle' })
  const { next } = (await queue.getJobScheduler('full'))!
  await until(
    () => Date.now() > next!,
    5_000,
    () => 'it is not due',
  )
  await start('made-up-two', newer)
  await until(
    async () => (await queue.getCompleted()).some(({ name }) => name === 'full cycle'),
    25_000,
    () => 'the full cycle is lost',
  )
}, 120_000)
