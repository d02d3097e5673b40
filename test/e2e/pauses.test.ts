import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { pause } from '@provisioner/shared/ledger/pauses.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openGatedWorld } from '../fixtures/gated-world.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const uids = Array.from({ length: 60 }, (_one, i) => `user${String(i).padStart(2, '0')}`)

const A_WRONG_IMPORT = { by: 'ada@host', at: Date.now(), reason: 'a wrong import' }

/** Requests that Zendesk took and that are no reading. */
function writesOf({ sandbox }: World) {
  return sandbox.requests.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth'))
}

async function addressesOf(world: World) {
  return (await world.zendesk.users()).map(({ email }) => email)
}

/** After this nothing goes out any more, ms. */
const BOUND_MS = 2_000
/** How long a test looks whether something goes out all the same, ms. */
const LOOK_MS = 1_500

describe.concurrent('a pause', () => {
  it.each([
    ['alone', false, 1],
    ['by several workers at once', false, 3],
    ['in bulk', true, 2],
  ])(
    'in mid-load keeps back what would be written %s, loses nothing, and ends by resume',
    async (_how, bulk, workers) => {
      await using world = await openWorld({
        ldif: directoryOf(
          uids.map((uid) => ({ uid })),
          { agents: uids.slice(0, 20), 'zd-a': uids.slice(0, 12), 'zd-b': uids.slice(8, 20) },
        ),
        sandbox: { bulkImport: bulk, answerDelayMs: 250, plan: 'enterprise-plus' },
        workers,
      })
      await world.cycle()
      await until(
        () => writesOf(world).length >= 2,
        20_000,
        () => 'nothing is written',
      )

      await pause(world.redis, 'acme', { connection: 'staff', scope: 'all' }, A_WRONG_IMPORT)
      await sleep(BOUND_MS)
      const before = writesOf(world).length
      await world.cycle()
      await sleep(LOOK_MS)
      const after = writesOf(world).length
      const status = await runCli(world, ['status'])
      const waiting = (await world.ledger.pending()).length
      const resumed = await runCli(world, ['resume', 'staff'])
      await world.settled()
      await world.step()

      expect(after).toBe(before)
      expect(waiting).toBeGreaterThan(0)
      expect(status).toMatchObject({ code: 4, stdout: expect.stringMatching(/PAUSED .*\(a wrong import\)/) })
      expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/\d+ changes wait, and go out now/) })
      expect(await addressesOf(world)).toEqual(uids.map((uid) => `${uid}@example.org`))
      expect(await world.zendesk.members('zd-a')).toEqual(uids.slice(0, 12).map((uid) => `${uid}@example.org`))
      expect(await world.ledger.pending()).toEqual([])
      expect(await failedJobs(world)).toBe(0)
    },
  )

  it('of removals keeps leavers, and lets others in', async () => {
    await using world = await openWorld({ ldif: directoryOf(uids.slice(0, 12).map((uid) => ({ uid }))) })
    await world.step()
    await runCli(world, ['pause', '--removals'])
    await sleep(BOUND_MS)
    const before = writesOf(world).length

    await deleteEntry(world.slapd, personDn('user00'))
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await world.cycle()
    await until(
      async () => (await addressesOf(world)).includes('eve@example.org'),
      20_000,
      () => 'nobody is let in',
    )
    const suspendedMeanwhile = (await world.zendesk.user('user00@example.org'))?.suspended
    const { code, stdout } = await runCli(world, ['status'])
    await runCli(world, ['resume'])
    await world.settled()

    expect(writesOf(world).length).toBeGreaterThan(before)
    expect(suspendedMeanwhile).toBe(false)
    expect([code, stdout]).toEqual([3, expect.stringMatching(/PAUSED {2}Nothing is taken away in Zendesk/)])
    expect((await world.zendesk.user('user00@example.org'))?.suspended).toBe(true)
  })

  it('between a suspension and what follows it forgets nothing of it: who is back has access again', async () => {
    await using gated = await openGatedWorld({ config: { users: { remove: { disabled: 'delete' } } } })
    const { world, gate } = gated
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 1 })
    gate.close(({ method, path }) => method === 'PUT' && path === `/api/v2/users/${id}`)
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
    await world.cycle()
    await until(
      () => gate.waiting.length > 0,
      30_000,
      () => 'nobody is suspended in the place of the deletion',
    )

    await pause(world.redis, 'acme', { scope: 'all' }, A_WRONG_IMPORT)
    await sleep(BOUND_MS)
    gate.open()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'active' } })
    await world.cycle()
    const suspended = (await world.zendesk.user('ada@example.org'))?.suspended
    const signedOut = writesOf(world).filter(({ path }) => path.includes('logout_many'))
    await runCli(world, ['resume'])
    await world.settled()
    await world.step()

    expect([suspended, signedOut]).toEqual([true, []])
    expect((await world.zendesk.user('ada@example.org'))?.suspended).toBe(false)
    expect(await world.ledger.pending()).toEqual([])
  })

  it('of removals keeps a leaver whose update is still to be written, and writes the others of its batch', async () => {
    await using world = await openWorld({ ldif: directoryOf(uids.slice(0, 6).map((uid) => ({ uid }))) })
    await world.step()
    await using busy = await openWorld({ ldif: '', servers: world, workers: 0 })
    await world.stopProduct()
    for (const uid of uids.slice(0, 6))
      await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '2' } })
    await busy.cycle()
    await modifyEntry(world.slapd, personDn('user00'), { replace: { employeeStatus: 'left' } })
    await busy.cycle()

    await pause(busy.redis, 'acme', { scope: 'removals' }, A_WRONG_IMPORT)
    await using _worker = await busy.addWorker()
    const phoneOf = async (uid: string) => (await busy.zendesk.user(`${uid}@example.org`))?.['phone']
    for (const uid of uids.slice(1, 6))
      await until(
        async () => (await phoneOf(uid)) === '2',
        20_000,
        () => `the phone of ${uid} is not written`,
      )

    expect((await busy.zendesk.user('user00@example.org'))?.suspended).toBe(false)
    await runCli(busy, ['resume'])
    await busy.settled()
    expect((await busy.zendesk.user('user00@example.org'))?.suspended).toBe(true)
  })

  it('of removals keeps back a suspension in the place of deletions that Zendesk refuses', async () => {
    await using gated = await openGatedWorld({ config: { users: { remove: { disabled: 'delete' } } } })
    const { world, gate } = gated
    const leavers = ['ada', 'bob']
    const areSuspended = () => Promise.all(leavers.map((uid) => gated.isSuspended(uid)))
    for (const uid of leavers) {
      const { id } = (await world.zendesk.user(`${uid}@example.org`))!
      await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 1 })
      await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: 'left' } })
    }
    gate.close(({ path }) => path.includes('/job_statuses'))
    await world.cycle()
    await until(
      () => gate.waiting.length > 0,
      30_000,
      () => 'nobody is deleted in bulk',
    )

    await pause(world.redis, 'acme', { scope: 'removals' }, A_WRONG_IMPORT)
    await sleep(BOUND_MS)
    gate.open()
    await sleep(LOOK_MS)
    const meanwhile = await areSuspended()
    await runCli(world, ['resume'])
    for (const uid of leavers) await gated.suspended(uid)

    expect(meanwhile).toEqual([false, false])
    expect(await areSuspended()).toEqual([true, true])
  })

  it('of the whole account is not ended by resuming one connection, and stays in the name of who paused first', async () => {
    await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), workers: 0 })
    const first = await runCli(world, ['pause', '--reason', 'first'])

    const again = await runCli(world, ['pause', '--reason', 'second'])
    const one = await runCli(world, ['resume', 'staff'])
    const all = await runCli(world, ['resume'])
    const none = await runCli(world, ['resume'])

    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^Account 'acme': paused\. Within 2 s nothing/),
    ])
    expect(again.stdout).toMatch(/^Account 'acme': was paused already: paused by .* \(first\)/)
    expect([one.code, one.stdout]).toEqual([1, expect.stringMatching(/^Account 'acme' stays paused by .* \(first\)/)])
    expect([all.code, all.stdout]).toEqual([0, expect.stringMatching(/^Account 'acme': resumed; was paused by/)])
    expect([none.code, none.stdout]).toEqual([1, 'Nothing is paused.\n'])
  })

  it.each([
    ['a value that is none', (world: World) => world.redis.hset(accountKeys('acme').pauses, 'staff|all', '{')],
    [
      'another scope than we know',
      (world: World) => world.redis.hset(accountKeys('acme').pauses, 'staff|writes', '{}'),
    ],
    ['a key of another type', (world: World) => world.redis.set(accountKeys('acme').pauses, 'garbage')],
  ])('that nobody can read, %s, keeps everything back until somebody resumes', async (_what, spoil) => {
    await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await spoil(world)
    await sleep(BOUND_MS)

    await world.cycle()
    await sleep(LOOK_MS)
    const before = writesOf(world).length
    const { stdout } = await runCli(world, ['status'])
    const { code } = await runCli(world, ['resume'])
    await world.settled()

    expect(before).toBe(0)
    expect(stdout).toMatch(/PAUSED .*nobody can read/)
    expect(code).toBe(0)
    expect(await addressesOf(world)).toEqual(['ada@example.org'])
  })
})

async function failedJobs(world: World): Promise<number> {
  const counts = await Promise.all(
    (['users.create', 'users.update', 'groups', 'memberships.add'] as const).map((name) =>
      world.queue(name).getFailedCount(),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
