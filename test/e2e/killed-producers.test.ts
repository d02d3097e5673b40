import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { startService, type ServiceProcess } from '../fixtures/service-process.ts'
import { CYCLE_POINTS, openTappedWorld, type TappedWorld } from '../fixtures/tapped-world.ts'
import { until } from '../fixtures/until.ts'
import type { World } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/**
 * Kills a producer in the middle of a cycle, when it is about to say this to Redis.
 *
 * @returns the cycle, which ends when the next producer has carried it on; in an object, for nobody awaits it yet
 */
async function killAt(word: string, { world, tap }: TappedWorld, producer: ServiceProcess) {
  const held = tap.holdAt(word)
  const cycle = world.cycle()
  await held
  producer.kill('SIGKILL')
  await producer.ended
  tap.letGo()
  return { cycle }
}

describe('a producer', () => {
  it('killed anywhere in its cycle loses and doubles nothing', async () => {
    const tapped = await openTappedWorld(owned, { ldif: directoryOf([{ uid: 'ada' }]) })
    const { world, cycles, startProducer } = tapped
    let current = await startProducer()
    await world.step()
    const names: string[] = []

    for (const [i, [, word]] of CYCLE_POINTS.entries()) {
      await addEntry(world.slapd, personDn(`stays${i}`), person({ uid: `stays${i}` }))
      await addEntry(world.slapd, personDn(`goes${i}`), person({ uid: `goes${i}` }))
      await addEntry(world.slapd, groupDn(`zd-${i}`), group(`zd-${i}`, []))
      await world.queue('users.create').pause()
      const { cycle } = await killAt(word, tapped, current)
      await deleteEntry(world.slapd, personDn(`goes${i}`))
      await endLocks(world, cycles)

      current = await startProducer()
      await cycle
      await world.queue('users.create').resume()
      await world.settled()

      names.push(`stays${i}@example.org`)
      expect(
        (await world.zendesk.users()).map(({ email }) => email),
        `when ${CYCLE_POINTS[i]![0]}`,
      ).toEqual(['ada@example.org', ...names])
      expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual([
        'Support',
        ...CYCLE_POINTS.slice(0, i + 1).map((_one, n) => `zd-${n}`),
      ])
    }
    await world.zendesk.forgetRequests()
    await world.step()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('killed between what it releases at once and what waits for Zendesk loses, doubles and counts nothing twice', async () => {
    const leavers = ['nothing is released', 'a leaver is released, and no job is added', 'Zendesk was looked at']
    const words = ['"operation":"suspend user"', '{zp:acme}:staff.users.remove:wait', '"operation":"create user"']
    const tapped = await openTappedWorld(owned, {
      ldif: directoryOf([{ uid: 'stays' }, ...leavers.map((_when, i) => ({ uid: `goes${i}` }))]),
    })
    const { world, cycles, startProducer } = tapped
    let current = await startProducer()
    await world.step()

    for (const [i, word] of words.entries()) {
      await deleteEntry(world.slapd, personDn(`goes${i}`))
      await addEntry(world.slapd, personDn(`comes${i}`), person({ uid: `comes${i}` }))
      const { cycle } = await killAt(word, tapped, current)
      await endLocks(world, cycles)
      current = await startProducer()
      await cycle
      await world.settled()

      const users = await world.zendesk.users()
      const suspended = users.filter((user) => user.suspended).map(({ email }) => email)
      expect(suspended).toEqual(leavers.slice(0, i + 1).map((_when, n) => `goes${n}@example.org`))
      expect(users).toHaveLength(1 + leavers.length + i + 1)
      expect((await world.ledger.countedWithin(600_000)).get('users')).toBe(i + 1)
    }
    await world.zendesk.forgetRequests()
    await world.step()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('killed after it linked whom Zendesk had, before it recorded what is to change of them, loses and doubles nothing', async () => {
    const tapped = await openTappedWorld(owned, {
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: '+497' }]),
    })
    const { world, cycles, startProducer } = tapped
    const body = { user: { name: 'Ada', email: 'ada@example.org', role: 'end-user', phone: '+491' } }
    const { user } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', body)
    const first = await startProducer()
    const { cycle } = await killAt('"operation":"update user"', tapped, first)
    const links = async () => {
      const ids: string[] = []
      for await (const some of world.ledger.ids('user')) ids.push(...some)
      const records = await world.ledger.records<UserRecord>('user', ids)
      return records.map((one) => [one?.zendeskId, one?.operation])
    }
    expect(await links()).toEqual([[user.id, null]])
    await endLocks(world, cycles)

    await startProducer()
    await cycle
    await world.settled()

    expect((await world.zendesk.users()).map(({ id, email, phone }) => [id, email, phone])).toEqual([
      [user.id, 'ada@example.org', '+497'],
    ])
    const written = (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path}`)
    expect(written).toEqual([`PUT /api/v2/users/${user.id}`])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('that stalls and comes back after its successor began writes nothing', async () => {
    const people = ['ada', 'bob', 'eve'].map((uid) => ({ uid, telephoneNumber: 'old' }))
    const { world, tap, cycles, startProducer } = await openTappedWorld(owned, { ldif: directoryOf(people) })
    const stalled = await startProducer()
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'stale' } })
    await addEntry(world.slapd, personDn('ghost'), person({ uid: 'ghost' }))
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
    const held = tap.holdAt('"operation":"')
    const cycle = world.cycle()
    await held
    stalled.kill('SIGSTOP')
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'fresh' } })
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'active' } })
    await deleteEntry(world.slapd, personDn('ghost'))
    await endLocks(world, cycles)
    const successor = await startService('producer', world)
    owned.use(successor)
    await cycle
    await world.settled()
    const before = await shown(world)
    await world.zendesk.forgetRequests()

    stalled.kill('SIGCONT')
    tap.letGo()
    await until(
      () => stalled.output.some((line) => line.includes('Cycle overtaken by a newer one')),
      20_000,
      () => stalled.output.join('\n'),
    )
    await world.settled()
    await world.step()
    await world.step()

    expect(before).toEqual(['ada fresh', 'bob old', 'eve old'])
    expect(await shown(world)).toEqual(before)
    expect(await world.zendesk.writes()).toEqual([])
    expect(await world.problems('connection')).toEqual([])
  })
})

async function shown(world: World): Promise<string[]> {
  return (await world.zendesk.users()).map(
    (user) => `${user.name}${user.suspended ? ' suspended' : ''} ${String(user.phone)}`,
  )
}
