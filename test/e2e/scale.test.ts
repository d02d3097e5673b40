import { describe, expect, it } from 'vitest'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf } from '../fixtures/people.ts'
import { QUICK_WORKER, startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const uids = Array.from({ length: 150 }, (_one, i) => `user${String(i).padStart(3, '0')}`)
const people = uids.map((uid) => ({ uid }))
const groups = { agents: uids.slice(0, 40), 'zd-a': uids.slice(0, 30), 'zd-b': uids.slice(20, 40) }

async function inSync(world: World): Promise<void> {
  const users = await world.zendesk.users()
  expect(users.map((user) => user.email).sort()).toEqual(uids.map((uid) => `${uid}@example.org`))
  expect(await world.zendesk.members('zd-a')).toEqual(groups['zd-a'].map((uid) => `${uid}@example.org`))
  expect(await world.zendesk.members('zd-b')).toEqual(groups['zd-b'].map((uid) => `${uid}@example.org`))
}

describe.concurrent('scale', () => {
  it('two producers and five workers do what one of each does', async () => {
    await using world = await openWorld({
      ldif: directoryOf(people, groups),
      producers: 2,
      workers: 5,
      sandbox: { bulkImport: true },
    })

    await Promise.all([world.cycle(), world.cycle()])
    await world.settled()
    await world.step()

    await inSync(world)
    expect((await world.zendesk.groups()).map((group) => group.name).sort()).toEqual(['Support', 'zd-a', 'zd-b'])
    expect(world.logs.filter((line) => line.msg === 'Cycle overtaken by a newer one; it wrote nothing more')).toEqual(
      [],
    )
  })

  it.each([
    ['one by one', false],
    ['in bulk', true],
  ])(
    'a worker killed while it writes %s leaves nothing that the others do not finish',
    async (_how, bulkImport) => {
      await using world = await openWorld({
        ldif: directoryOf(people, groups),
        workers: 0,
        sandbox: { bulkImport, plan: 'enterprise-plus', clock: bulkImport ? 2 : 20, answerDelayMs: 20 },
      })
      await using victim = await startService('worker', world, { main: QUICK_WORKER })
      await world.cycle()
      const sent = async () => (await world.zendesk.writes()).filter((one) => one.path.includes('users')).length
      await until(
        async () => (await sent()) >= (bulkImport ? 1 : 20),
        20_000,
        () => 'the worker does not write',
      )

      victim.kill('SIGKILL')
      await victim.ended
      for (const name of CHANGE_QUEUES) await endLocks(world, world.queue(name))
      await world.addWorker()
      await world.settled()
      await world.step()

      await inSync(world)
    },
    180_000,
  )
})
