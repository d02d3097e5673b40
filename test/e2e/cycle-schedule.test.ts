import { Queue } from 'bullmq'
import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe('the schedule', () => {
  it('runs cycles by itself, and goes on after its queue was emptied by hand', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      producers: 0,
      config: { schedule: { every: '2s' } },
    })
    await using _producer = await startService('producer', world)
    await until(
      async () => (await world.zendesk.users()).length === 1,
      20_000,
      () => 'no cycle ran',
    )
    await using queue = Object.assign(
      new Queue(cycleQueueName('staff'), {
        prefix: queuePrefix('acme'),
        connection: { host: '127.0.0.1', port: world.redisServer.port },
      }),
      { [Symbol.asyncDispose]: () => queue.close() },
    )

    await queue.obliterate({ force: true })
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))

    await until(
      async () => (await world.zendesk.users()).length === 2,
      60_000,
      () => 'no cycle ran after the queue was obliterated',
    )
    expect(await queue.getJobSchedulersCount()).toBeGreaterThan(0)
  })

  it('is not waited for by `provisioner cycle --full`, which finds what somebody did in Zendesk by hand', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      config: { users: { goneInZendesk: 'recreate' } },
    })
    await world.step()
    const user = () => world.zendesk.user('ada@example.org')
    await world.zendesk.call('DELETE', `/api/v2/users/${(await user())!.id}`)
    await world.step()
    const ordinary = await user()

    const { stdout } = await runCli(world, ['cycle', '--full'])

    expect([ordinary, stdout]).toEqual([undefined, "Connection 'staff': a full cycle is asked for.\n"])
    await until(
      async () => (await user()) !== undefined,
      30_000,
      () => 'the user is not created anew',
    )
  })
})
