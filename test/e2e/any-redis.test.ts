import { afterEach, describe, expect, it, type TestContext } from 'vitest'
import { ProgramMissingError } from '@provisioner/sandbox/servers/ensure-programs.ts'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { startRedisCluster } from '@provisioner/sandbox/servers/redis-cluster.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import { startRedis, type AnyRedis } from '@provisioner/sandbox/servers/redis.ts'
import { startDashboard } from '@provisioner/dashboard/dashboard.ts'
import { runCli } from '../fixtures/cli.ts'
import { recordingLog } from '../fixtures/recording-log.ts'
import { groupDn, personDn } from '../fixtures/people.ts'
import { openTwoAccounts, OTHER, type TwoAccounts } from '../fixtures/two-accounts.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

const FORMS: readonly [string, () => Promise<AnyRedis>, RegExp][] = [
  ['one server', () => startRedis({ appendonly: true }), /redis +Redis [\d.]+, one server, primary, append-only file/],
  [
    'Valkey',
    () => startRedis({ appendonly: true, program: 'valkey-server' }),
    /redis +Valkey [\d.]+, one server, primary, append-only file/,
  ],
  ['what Sentinels watch', startWatchedRedis, /redis +Redis [\d.]+, one server, primary with 1 replica/],
  ['a cluster of three', startRedisCluster, /redis +Redis [\d.]+, a node of a cluster, primary with 1 replica/],
]

/** Starts a Redis; skips the test, and says why, where its program is neither there nor to be had. */
async function start(open: () => Promise<AnyRedis>, context: TestContext): Promise<AnyRedis> {
  try {
    return owned.use(await open())
  } catch (error) {
    if (!(error instanceof ProgramMissingError)) throw error
    return context.skip(error.message)
  }
}

async function boardOf(redis: AnyRedis) {
  const dashboard = owned.use(
    await startDashboard({
      config: {
        redis: redis.config as Parameters<typeof startDashboard>[0]['config']['redis'],
        connections: [
          { id: 'staff', account: 'acme' },
          { id: 'partners', account: OTHER },
        ],
      },
      host: '127.0.0.1',
      port: 0,
      credentials: [],
      log: recordingLog().log,
    }),
  )
  const get = async (path: string) => await (await fetch(`${dashboard.url}${path}`)).json()
  return {
    ready: async () => (await get('/readyz')) as object,
    counts: async () => {
      const { queues } = (await get('/board/api/queues')) as {
        queues: { name: string; counts: Record<string, number> }[]
      }
      return Object.fromEntries(queues.map(({ name, counts }) => [name, counts['completed']]))
    },
  }
}

/** What both accounts have, so that each sentence below is about both. */
async function ofBoth<T>(both: TwoAccounts, look: (account: TwoAccounts['views'][number]) => Promise<T>): Promise<T[]> {
  return await Promise.all(both.views.map(look))
}

describe.each(FORMS)('on %s', (_form, open, shown) => {
  it('the whole job is done to two accounts, and admins see and decide it', { timeout: 240_000 }, async (context) => {
    const redis = await start(open, context)
    const both = owned.use(await openTwoAccounts(redis))
    const { world } = both
    const board = await boardOf(redis)

    await world.step()
    expect(await ofBoth(both, async (view) => (await view.users()).length)).toEqual([12, 12])
    expect(await ofBoth(both, (view) => view.members('zd-help'))).toEqual([
      ['user00@example.org', 'user01@example.org'],
      ['user00@example.org', 'user01@example.org'],
    ])

    await modifyEntry(world.slapd, personDn('user01'), { replace: { telephoneNumber: '2' } })
    await modifyEntry(world.slapd, groupDn('zd-help'), { delete: { member: personDn('user00') } })
    await modifyEntry(world.slapd, personDn('user02'), { replace: { employeeStatus: 'left' } })
    await world.step()
    expect(await ofBoth(both, async (view) => (await view.user('user01@example.org'))?.phone)).toEqual(['2', '2'])
    expect(await ofBoth(both, (view) => view.members('zd-help'))).toEqual([
      ['user01@example.org'],
      ['user01@example.org'],
    ])
    expect(await both.suspended()).toEqual([1, 1])

    await modifyEntry(world.slapd, personDn('user02'), { replace: { employeeStatus: 'active' } })
    await world.step()
    expect(await both.suspended()).toEqual([0, 0])

    for (const uid of ['user05', 'user06', 'user07', 'user08']) await deleteEntry(world.slapd, personDn(uid))
    await world.step()
    expect(await both.suspended()).toEqual([0, 0])
    const status = await runCli(world, ['status'])
    expect(status.stdout).toMatch(shown)
    expect(status.stdout.match(/held +4, 4 of them undecided/g)).toHaveLength(2)
    expect((await runCli(world, ['held', 'partners'])).stdout).toContain("Connection 'partners': 4 held.")
    for (const connection of ['staff', 'partners']) {
      const { stdout } = await runCli(world, ['approve', connection, '--only', 'users'])
      expect(stdout).toContain('4 held changes approved')
    }
    await world.step()
    expect(await both.suspended()).toEqual([4, 4])

    expect(await board.ready()).toEqual({ status: 'ready' })
    expect(await board.counts()).toMatchObject({
      'staff.users.create': 12,
      'partners.users.create': 12,
      'staff.users.remove': 5,
      'partners.users.remove': 5,
    })
    await world.fullStep()
    expect(await both.suspended()).toEqual([4, 4])
  })
})
