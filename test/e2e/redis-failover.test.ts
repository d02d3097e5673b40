import { afterEach, describe, expect, it } from 'vitest'
import { askUntil } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startRedisCluster } from '@provisioner/sandbox/servers/redis-cluster.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import type { RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { accountTag } from '@provisioner/shared/ledger/keys.ts'
import { countsOf, expectAll, LOAD, loading, PEOPLE, replicated } from '../fixtures/failover-load.ts'
import { openTwoAccounts, OTHER, type TwoAccounts } from '../fixtures/two-accounts.ts'
import { until } from '../fixtures/until.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** How long after there is a new primary the work goes on at the latest, ms. */
const GOES_ON_MS = 10_000
/** SIGKILL as a crash, SIGSTOP as a machine that stands still: its connections stay open, and nobody answers. */
const LOSSES = ['SIGKILL', 'SIGSTOP'] as const

/** Takes a primary away, and waits for its successor. @returns the accounts' users at that time */
async function takeAway(
  both: TwoAccounts,
  { primary, loss }: { primary: () => Promise<RedisServer>; loss: (typeof LOSSES)[number] },
) {
  const old = await primary()
  await replicated(old)
  const before = await countsOf(both)
  process.kill(old.pid, loss)
  await until(
    async () => (await primary().catch(() => old)).port !== old.port,
    30_000,
    () => 'there is no new primary',
  )
  return { old, before, since: await countsOf(both), at: performance.now() }
}

const told = ({ world }: TwoAccounts) =>
  world.logs
    .filter(({ msg }) => /is away; waiting/.test(String(msg)))
    .map(({ msg, reason, node }) => [msg, reason, node])

describe('a primary that Sentinels watch', () => {
  it.each(LOSSES)(
    'is lost by %s in mid-load: its replica takes over and all goes on',
    { timeout: 240_000 },
    async (loss) => {
      const watched = owned.use(await startWatchedRedis())
      const both = owned.use(await openTwoAccounts(watched, LOAD))
      await loading(both)

      const { old, since, at } = await takeAway(both, { primary: watched.primary, loss })
      await until(
        async () => (await countsOf(both)).every((count, i) => count > since[i]! || count === PEOPLE),
        at + GOES_ON_MS - performance.now(),
        async () => `${(await countsOf(both)).join()} users, ${since.join()} when the new primary was there`,
      )
      // The old one comes back as if nothing had been, until it is told that it is a replica now.
      if (loss === 'SIGSTOP') {
        process.kill(old.pid, 'SIGCONT')
        await askUntil({ port: old.port, what: 'The old primary follows' }, ['INFO', 'replication'], (answer) =>
          answer.includes('role:slave'),
        )
      }

      await expectAll(both)
      expect(Math.min(...since)).toBeLessThan(PEOPLE)
      expect(told(both)).toHaveLength(1)
    },
  )
})

describe('a node of a cluster', () => {
  it.each(LOSSES)(
    'is lost by %s in mid-load: the other account goes on at once, its own once there is a new primary',
    { timeout: 240_000 },
    async (loss) => {
      const cluster = owned.use(await startRedisCluster())
      const both = owned.use(await openTwoAccounts(cluster, LOAD))
      const primary = () => cluster.primaryOf(accountTag('acme'))
      expect((await primary()).port).not.toBe((await cluster.primaryOf(accountTag(OTHER))).port)
      await loading(both)

      const { before, since, at } = await takeAway(both, { primary, loss })
      expect(since[1]).toBeGreaterThan(before[1]!)
      await until(
        async () => (await countsOf(both))[0]! > since[0]!,
        at + GOES_ON_MS - performance.now(),
        async () => `${(await countsOf(both)).join()} users, ${since.join()} when the new primary was there`,
      )

      await expectAll(both)
      expect(since[0]).toBeLessThan(PEOPLE)
      expect(told(both).slice(1)).toEqual([])
    },
  )
})
