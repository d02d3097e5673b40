import { afterEach, expect, it } from 'vitest'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { directoryOf } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const counts = async (...states: ('waiting' | 'active' | 'delayed' | 'failed')[]) => {
  const all = await Promise.all(CHANGE_QUEUES.map((name) => world.queue(name).getJobCounts(...states)))
  return all.flatMap((one) => Object.values(one)).reduce((sum, n) => sum + n, 0)
}

it.each([
  { how: 'one by one', bulkImport: false, maxAgentsStatus: 422 },
  { how: 'one by one, refused with 403', bulkImport: false, maxAgentsStatus: 403 },
  { how: 'in bulk', bulkImport: true, maxAgentsStatus: 422 },
] as const)(
  'no seat left, agents created $how: one problem, no failed job; what needs no seat goes on, and agents follow later',
  async ({ bulkImport, maxAgentsStatus }) => {
    const agents = Array.from({ length: 6 }, (_one, i) => `agent${i}`)
    world = await openWorld({
      ldif: directoryOf(
        [...agents, 'ada', 'bob'].map((uid) => ({ uid })),
        { agents },
      ),
      // the owner and the API's own user take two
      sandbox: { seats: 4, bulkImport, clock: 100, unknowns: { maxAgentsStatus } },
    })
    await world.cycle()
    await until(
      async () => (await counts('waiting', 'active')) === 0 && (await world.zendesk.users()).length >= 4,
      30_000,
      async () => `${await counts('waiting', 'active')} jobs are under way`,
    )
    const users = await world.zendesk.users()
    const problems = [...(await world.problems('account')), ...(await world.problems('user'))]

    expect(users.filter((user) => user.role === 'agent')).toHaveLength(2)
    expect(users.map((user) => user.email)).toEqual(expect.arrayContaining(['ada@example.org', 'bob@example.org']))
    expect(problems.filter(({ code }) => code !== 'BULK_IMPORT_OFF').map(({ code }) => code)).toEqual([
      'SEATS_EXHAUSTED',
    ])
    // both are of nobody's entry
    expect(problems.find(({ code }) => code === 'SEATS_EXHAUSTED')?.what).toMatch(
      /Seats of no entry of the directory: (owner|api)@\S+ \(admin\), (owner|api)@\S+ \(admin\)$/,
    )
    const lists = await world.zendesk.requests({ method: 'GET', path: /\/users$/ })
    expect(lists.filter(({ query }) => query['role'] === 'agent')).toHaveLength(1)
    expect([await counts('failed'), await counts('delayed')]).toEqual([0, 4])

    await world.zendesk.call('PATCH', '/sandbox/settings', { seats: 20 })
    await world.redis.del('{zp:acme}:account:seats-exhausted')
    for (const name of CHANGE_QUEUES) for (const job of await world.queue(name).getDelayed()) await job.promote()
    await world.settled()
    expect((await world.zendesk.users()).filter((user) => user.role === 'agent')).toHaveLength(6)
    expect((await world.problems('account')).map(({ code }) => code)).not.toContain('SEATS_EXHAUSTED')
  },
)
