import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { WITH_ALL_ATTEMPTS } from '@provisioner/shared/retry-policy.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { until } from '../fixtures/until.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = Array.from({ length: 6 }, (_one, i) => ({ uid: `user${i}` }))

describe('jobs', () => {
  it('that failed write the newest value when they are retried, with a full set of attempts', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()
    await world.fault({ method: 'PUT', path: '/api/v2/users/', kind: '422', times: 1 })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'two' } })
    await world.step()
    const [failed] = await world.queue('users.update').getFailed()
    const reason = failed!.failedReason
    await world.queue('users.update').pause()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'three' } })
    await world.cycle()

    await failed!.retry('failed', WITH_ALL_ATTEMPTS)
    await world.queue('users.update').resume()
    await world.settled()

    expect(reason).toContain('ada@example.org')
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('three')
    expect(await world.queue('users.update').getFailedCount()).toBe(0)
  })

  it('that failed and were overtaken are cleared away; the others stay', async () => {
    const uids = ['ada', 'bob', 'cid']
    world = await openWorld({ ldif: directoryOf(uids.map((uid) => ({ uid, telephoneNumber: '1' }))) })
    const queue = world.queue('users.update')
    await world.step()
    for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: 'no' } })
    await world.fault({ method: 'PUT', path: '/api/v2/users', kind: '422', times: 'always' })
    await world.step()
    const refused = await queue.getFailedCount()
    world.sandbox.faults.clear()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await deleteEntry(world.slapd, personDn('bob'))
    await world.step()
    await world.step()

    expect(refused).toBe(3)
    expect((await queue.getFailed()).map((job) => job.data.what)).toEqual(['cid@example.org'])
  })

  it('whose data was edited write what the ledger says', async () => {
    world = await openWorld({ ldif: directoryOf(people.slice(0, 1)), workers: 0 })
    await world.cycle()
    const [job] = await world.queue('users.create').getJobs(['waiting'])
    await job!.updateData({ what: 'mallory@example.org', changed: ['role'], ref: { id: 'x' } })

    await world.addWorker()
    await world.settled()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(['user0@example.org'])
  })

  it('are the same set however often the plan is made', async () => {
    world = await openWorld({ ldif: directoryOf(people), workers: 0 })
    await world.cycle()
    await world.cycle()
    await world.cycle()

    expect(await world.queue('users.create').getJobCountByTypes('waiting', 'prioritized')).toBe(6)
  })
})

describe('queues', () => {
  it.each(['emptied', 'obliterated'] as const)('that were %s by hand heal within one cycle', async (how) => {
    world = await openWorld({ ldif: directoryOf(people, { agents: ['user0'], 'zd-sales': ['user0'] }), workers: 0 })
    await world.cycle()
    for (const name of ['users.create', 'groups'] as const) {
      if (how === 'emptied') await world.queue(name).drain(true)
      else await world.queue(name).obliterate({ force: true })
    }
    const emptied = await world.queue('users.create').getJobCountByTypes('waiting', 'prioritized')

    await world.addWorker()
    await world.step()

    expect(emptied).toBe(0)
    expect(await world.zendesk.users()).toHaveLength(6)
    expect(await world.zendesk.members('zd-sales')).toEqual(['user0@example.org'])
  })

  it('that were paused resume', async () => {
    world = await openWorld({ ldif: directoryOf(people) })
    await world.queue('users.create').pause()
    await world.cycle()
    const paused = await world.zendesk.users()

    await world.queue('users.create').resume()
    await world.settled()

    expect(paused).toEqual([])
    expect(await world.zendesk.users()).toHaveLength(6)
  })

  it('let a leaver overtake whatever waits', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { scope: people.map(({ uid }) => uid) }),
      config: { users: { locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }] } },
    })
    await world.step()
    await world.queue('users.update').pause()
    for (const { uid } of people.slice(1))
      await modifyEntry(world.slapd, personDn(uid), { replace: { displayName: `New ${uid}` } })
    await modifyEntry(world.slapd, groupDn('scope'), { delete: { member: personDn('user0') } })
    await world.cycle()

    await until(
      async () => (await world.zendesk.user('user0@example.org'))!.suspended,
      10_000,
      () => 'the leaver is not suspended',
    )

    await world.queue('users.update').resume()
    await world.settled()
  })
})
