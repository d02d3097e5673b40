import { describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

const AHEAD = clock(60_000)
const LATE = clock(-60_000)
const uids = Array.from({ length: 30 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
const address = (uid: string) => `${uid}@example.org`

/** What to preload for a clock that goes wrong by so many ms. */
function clock(ms: number): { preload: string } {
  return { preload: `${new URL('../fixtures/shifted-clock.ts', import.meta.url).href}?ms=${ms}` }
}

describe.concurrent('clocks that are minutes apart', () => {
  it('lose, double and mix up nothing', async () => {
    await using world = await openWorld({
      ldif: directoryOf(
        uids.map((uid) => ({ uid, telephoneNumber: 'first' })),
        { agents: uids.slice(0, 10), 'zd-a': uids.slice(0, 8), 'zd-b': uids.slice(4, 10) },
      ),
      producers: 0,
      workers: 0,
      sandbox: { bulkImport: false },
    })
    // before any process: their first cycle is their own
    await world.fault({ method: 'POST', path: '/api/v2/users$', kind: '500', times: 3 })
    await using ahead = await startService('producer', world, AHEAD)
    await using _late = await startService('producer', world, LATE)
    await using _workerAhead = await startService('worker', world, AHEAD)
    await using _workerLate = await startService('worker', world, LATE)
    await world.step()
    await world.step()
    const created = (await world.zendesk.requests({ method: 'POST', path: /^\/api\/v2\/users$/ })).filter(
      (one) => one.status === 201,
    )
    const groups = await Promise.all(['zd-a', 'zd-b'].map((name) => world.zendesk.members(name)))
    await world.zendesk.forgetRequests()

    // what the clock that is ahead wrote must not outrank what comes after it
    await modifyEntry(world.slapd, personDn('user00'), { replace: { telephoneNumber: 'second' } })
    await world.step()
    ahead.kill('SIGTERM')
    await ahead.ended
    await modifyEntry(world.slapd, personDn('user00'), { replace: { telephoneNumber: 'third' } })
    await modifyEntry(world.slapd, personDn('user29'), { replace: { employeeStatus: 'left' } })
    await addEntry(world.slapd, personDn('zoe'), person({ uid: 'zoe' }))
    await world.step()
    // 429: a request that a busy machine held back comes within a second of the next one
    const writes = (await world.zendesk.writes()).filter(({ status }) => status !== 429)
    await world.zendesk.forgetRequests()
    await world.step()

    expect(created.map((one) => (one.body as { user: { email: string } }).user.email).sort()).toEqual(uids.map(address))
    expect(groups).toEqual([uids.slice(0, 8).map(address), uids.slice(4, 10).map(address)])
    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual([...uids, 'zoe'].map(address))
    expect((await world.zendesk.user(address('user00')))?.phone).toBe('third')
    expect((await world.zendesk.user(address('user29')))?.suspended).toBe(true)
    expect(writes.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`)).toHaveLength(4)
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('do not end a lease early', async () => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: 'first' }]),
      workers: 0,
      sandbox: { clock: 2 },
    })
    await using _late = await startService('worker', world, LATE)
    await world.step()
    await world.fault({ method: 'PUT', path: '/api/v2/users/', kind: 'slow' })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'second' } })
    await world.cycle()
    await until(
      () => world.sandbox.faults.list().length === 0,
      20_000,
      () => 'nothing is written',
    )
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'third' } })
    await world.cycle()
    await using _ahead = await startService('worker', world, AHEAD)
    await world.settled()

    // 429: the sandbox counts a slow write when it answers, and allows one a second
    const puts = (await world.zendesk.requests({ method: 'PUT' })).filter((one) => one.status !== 429)
    expect(puts.map(({ status, body }) => `${status} ${(body as { user: { phone: string } }).user.phone}`)).toEqual([
      '200 second',
      '200 third',
    ])
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('third')
  })
})
