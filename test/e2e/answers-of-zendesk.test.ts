import { describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

/** Answers after which the same request is right another time. */
const PASSING = ['429', '409-json', '409-text', '500', '503', 'html', 'cut'] as const
const SILENT = ['reset-before', 'reset-after', 'timeout-before', 'timeout-after'] as const
/** What happens to bulk writes alone. */
const BULK = ['bulk-lost', 'job-failed', 'results-null'] as const

const uids = (count: number) => Array.from({ length: count }, (_one, i) => `user${i}`)
const emails = async (world: World) => (await world.zendesk.users()).map((user) => user.email)
const failed = async (world: World) =>
  (await Promise.all(CHANGE_QUEUES.map((name) => world.queue(name).getFailedCount()))).reduce((a, b) => a + b, 0)
const phone = (world: World, uid: string, value: string) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: value } })
const phones = async (world: World) => (await world.zendesk.users()).map((user) => user['phone'])

/**
 * Nothing is left to do, nothing is reported: a full cycle on top writes nothing. Refused jobs stay to be looked at.
 */
async function allIsQuiet(world: World, { refused = 0 } = {}): Promise<void> {
  // one that was refused goes with the first cycle after a newer revision was applied
  expect(await failed(world)).toBeLessThanOrEqual(refused)
  expect(await world.problems('user')).toEqual([])
  await world.zendesk.forgetRequests()
  await world.fullStep()
  expect(await world.zendesk.writes()).toEqual([])
}

describe.concurrent('a passing refusal, a silence, a reset', () => {
  it('of creations one by one, groups and memberships: each is made, and made once', async () => {
    const faults = [...PASSING, ...SILENT]
    const people = uids(faults.length + 1)
    const agents = people.slice(0, 4)
    await using world = await openWorld({
      ldif: directoryOf(
        people.map((uid) => ({ uid })),
        { agents, ...Object.fromEntries(agents.map((uid) => [`zd-${uid}`, [uid]])) },
      ),
      sandbox: { bulkImport: false },
    })
    for (const kind of faults) await world.fault({ method: 'POST', path: '/users$', kind, times: 1 })
    for (const kind of ['409-json', 'reset-after', 'cut'])
      await world.fault({ method: 'POST', path: '/groups$', kind, times: 1 })
    for (const kind of ['409-text', 'reset-after'])
      await world.fault({ method: 'POST', path: '/group_memberships$', kind, times: 1 })
    await world.step()
    await world.step()

    expect(await emails(world)).toEqual(people.map((uid) => `${uid}@example.org`).sort())
    const groups = (await world.zendesk.groups()).map((one) => one.name).filter((name) => name.startsWith('zd-'))
    expect(groups.sort()).toEqual(agents.map((uid) => `zd-${uid}`))
    for (const uid of agents) expect(await world.zendesk.members(`zd-${uid}`)).toEqual([`${uid}@example.org`])
    await allIsQuiet(world)
  })

  it.each(['429-one-user', '429-no-retry-after'])(
    'of a lone update and a lone suspension: written in the end, and only there: %s',
    async (kind) => {
      await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'cid' }]) })
      await world.step()
      const { id } = (await world.zendesk.user('ada@example.org'))!
      await world.fault({ method: 'PUT', path: `/users/${id}$`, kind, times: 1 })
      await phone(world, 'ada', '7')
      await world.step()
      await world.fault({ method: 'PUT', path: '/users/', kind, times: 1 })
      await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
      await world.step()

      const users = await world.zendesk.users()
      expect(users.map((user) => [user['phone'], user.suspended])).toEqual([
        ['7', false],
        [null, true],
        [null, false],
      ])
      await allIsQuiet(world)
    },
  )

  it('of bulk creations, additions and deletions, a job status that fails or says nothing, an answer that is lost', async () => {
    const people = uids(12)
    await using world = await openWorld({
      ldif: directoryOf(
        people.map((uid) => ({ uid })),
        { agents: [...people, 'cn=x'], 'zd-all': people },
      ),
      sandbox: { bulkImport: true, clock: 400 },
      config: { users: { remove: { deleted: 'delete' } } },
    })
    for (const call of ['users/create_many', 'group_memberships/create_many'])
      for (const kind of ['500', 'reset-after', ...BULK])
        await world.fault({ method: 'POST', path: `/${call}$`, kind, times: 1 })
    await world.step()
    await world.step()
    expect(await emails(world)).toEqual(people.map((uid) => `${uid}@example.org`).sort())
    expect(await world.zendesk.members('zd-all')).toHaveLength(people.length)

    for (const kind of ['500', 'reset-after', 'results-null'])
      await world.fault({ method: 'DELETE', path: '/users/destroy_many$', kind, times: 1 })
    for (const uid of people.slice(6)) await deleteEntry(world.slapd, personDn(uid))
    await world.step()
    await world.step()
    expect(await emails(world)).toHaveLength(6)
    await allIsQuiet(world)
  })

  it('of bulk updates, a job status that fails or says nothing, an answer that is lost', async () => {
    const faults = ['409-json', 'html', 'reset-after', ...BULK]
    const people = uids(4)
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      sandbox: { bulkImport: true, clock: 400, unknowns: { updateManyInUserLimit: 'not' } },
    })
    await world.step()
    for (const [i, kind] of faults.entries()) {
      await world.fault({ method: 'PUT', path: '/users/update_many$', kind, times: 1 })
      for (const uid of people) await phone(world, uid, String(i))
      await world.step()
      expect([kind, ...(await phones(world))]).toEqual([kind, ...people.map(() => String(i))])
    }
    await allIsQuiet(world)
  })

  it.each([
    ['an error costs one of its jobs’ attempts: one of them may be why', '500', 1],
    ['silence costs none', 'reset-before', 0],
  ])('to a bulk write: %s', async (_what, kind, attempts) => {
    const people = uids(3)
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      sandbox: { bulkImport: true, clock: 400 },
    })
    await world.step()
    await world.fault({ method: 'PUT', path: '/users/update_many$', kind, times: 'always' })
    for (const uid of people) await phone(world, uid, '1')
    await world.cycle()
    const waiting = () => world.queue('users.update').getDelayed()
    await until(
      async () => (await waiting()).length === people.length,
      20_000,
      () => 'its jobs do not wait',
    )
    const made = (await waiting()).map((job) => job.attemptsMade)
    world.sandbox.faults.clear()
    await world.settled()

    expect(made).toEqual(people.map(() => attempts))
    expect(await phones(world)).toEqual(people.map(() => '1'))
  })

  it('a token that ends in mid-run is renewed, and nothing notices', async () => {
    const people = uids(8)
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      sandbox: { bulkImport: false },
    })
    await world.fault({ method: 'POST', path: '/users$', kind: 'token-expired', times: 1 })
    await world.step()

    expect(await emails(world)).toHaveLength(8)
    await allIsQuiet(world)
  })
})

describe.concurrent('a lasting refusal', () => {
  it.each([
    { failedItemPosition: 'id', failedItemBase: 0 },
    { failedItemPosition: 'id', failedItemBase: 1 },
    { failedItemPosition: 'index', failedItemBase: 0 },
    { failedItemPosition: 'index', failedItemBase: 1 },
    { failedItemPosition: 'none', failedItemBase: 0 },
  ] as const)(
    'of some items of a batch is told of each of them, and leaves the others alone: $failedItemPosition from $failedItemBase',
    async (unknowns) => {
      const people = uids(10)
      await using world = await openWorld({
        ldif: directoryOf(people.map((uid, i) => ({ uid, title: i % 4 === 0 ? 'Nowhere' : 'Berlin' }))),
        config: { users: { map: { time_zone: 'title' } } },
        sandbox: { bulkImport: true, unknowns: { ...unknowns, unfitValues: 'refused' } },
      })
      await world.step()
      const created = await emails(world)
      for (const uid of people) await phone(world, uid, '7')
      await world.step()

      expect(created).toHaveLength(7)
      expect(await emails(world)).toHaveLength(7)
      expect((await phones(world)).every((one) => one === '7')).toBe(true)
      const problems = await world.problems('user')
      expect(problems.map(({ dn }) => dn).sort()).toEqual(['user0', 'user4', 'user8'].map((uid) => personDn(uid)))
      expect(problems[0]).toMatchObject({
        what: expect.stringContaining('Time zone'),
        todo: expect.stringMatching(/\w/),
      })
      for (const uid of ['user0', 'user4', 'user8'])
        await modifyEntry(world.slapd, personDn(uid), { replace: { title: 'Berlin' } })
      await world.step()
      expect(await emails(world)).toHaveLength(10)
      await allIsQuiet(world, { refused: 6 })
    },
  )

  it.each([
    ['403', 'FORBIDDEN'],
    ['422', 'VALUE_MALFORMED'],
    ['404', undefined],
  ])('%s to a lone update: one job, one problem, and others go on', async (kind, code) => {
    await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: [] }) })
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.fault({ method: 'PUT', path: `/users/${id}$`, kind, times: 1 })
    await phone(world, 'ada', '7')
    await world.step()
    const problems = await world.problems('user')
    await addEntry(world.slapd, groupDn('zd-x'), group('zd-x', ['cn=x']))
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid' }))
    await phone(world, 'bob', '8')
    await world.step()

    expect(problems.map((problem) => problem.code)).toEqual(code === undefined ? [] : [code])
    expect((await world.zendesk.user('bob@example.org'))?.['phone']).toBe('8')
    expect(await emails(world)).toHaveLength(3)
    await phone(world, 'ada', '9')
    await world.step()
    expect((await world.zendesk.user('ada@example.org'))?.['phone']).toBe('9')
    expect((await world.zendesk.user('ada@example.org'))?.id).toBe(id)
    await allIsQuiet(world, { refused: code === undefined ? 0 : 1 })
  })
})
