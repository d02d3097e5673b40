import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { askRedis, askUntil } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startWatchedRedis, type WatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import type { RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { creations, expectAll, LOAD, loading, origins, PEOPLE, replicated } from '../fixtures/failover-load.ts'
import { startService } from '../fixtures/service-process.ts'
import { openTwoAccounts } from '../fixtures/two-accounts.ts'
import { until } from '../fixtures/until.ts'

const CUT_OFF = fileURLToPath(new URL('../fixtures/cut-off.ts', import.meta.url))
/** How long after there is a new primary, and after the network is whole again, the work goes on at the latest, ms. */
const GOES_ON_MS = 10_000

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** What Sentinels and replicas need of a primary; the product signs in as another user, and goes on having it. */
const OF_OTHER_SERVERS = ['ping', 'psync', 'replconf', 'publish', 'subscribe', 'replicaof', 'slaveof']

async function mayReach({ port }: RedisServer, may: boolean): Promise<void> {
  await askRedis(port, 'ACL', 'SETUSER', 'default', ...OF_OTHER_SERVERS.map((one) => `${may ? '+' : '-'}${one}`))
}

/** The connections of those who sign in as the product does. */
async function signedIn({ port }: RedisServer): Promise<number> {
  const clients = await askRedis(port, 'CLIENT', 'LIST')
  return clients.split('\n').filter((line) => /name=provisioner-ordinary .*user=app /.test(line)).length
}

/** How many users each side takes for linked. */
const linkedOn = (sides: readonly RedisServer[]) =>
  Promise.all(sides.map(async ({ port }) => Number(await askRedis(port, 'HLEN', accountKeys('acme').owners('user')))))

async function withUser(watched: WatchedRedis): Promise<WatchedRedis> {
  for (const { port } of watched.servers)
    await askRedis(port, 'ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all')
  return { ...watched, config: { ...watched.config, ...{ user: 'app', password: 'secret' } } }
}

it(
  'a network that is split, with a primary and a worker on each side, comes together: all goes on, nobody is there twice',
  { timeout: 240_000 },
  async () => {
    const watched = owned.use(await withUser(await startWatchedRedis()))
    const both = owned.use(await openTwoAccounts(watched, LOAD))
    const sentinels = watched.config.sentinels.map((one) => new URL(`redis://${one}`).port).join(',')
    const left = owned.use(
      await startService('worker', { yaml: both.world.yaml, env: { CUT_OFF_FROM: sentinels } }, { preload: CUT_OFF }),
    )
    await loading(both)
    const old = await watched.primary()
    const next = watched.servers.find((one) => one !== old)!
    const sides = [old, next]
    await replicated(old)

    // one side has the old primary and a worker, the other one the Sentinels, the replica and all else
    left.kill('SIGUSR2')
    await mayReach(old, false)
    await askRedis(old.port, 'CLIENT', 'KILL', 'TYPE', 'replica')
    await until(
      async () => (await watched.primary()) === next,
      30_000,
      () => 'there is no new primary',
    )
    const since = await linkedOn(sides)
    await until(
      async () => (await linkedOn(sides)).every((count, i) => count > since[i]!),
      GOES_ON_MS,
      async () => `linked on the old and the new primary: ${(await linkedOn(sides)).join()}, ${since.join()} before`,
    )
    expect(Math.max(...since)).toBeLessThan(PEOPLE)
    expect(await signedIn(old)).toBeGreaterThan(0)

    await mayReach(old, true)
    left.kill('SIGUSR2')
    await askUntil({ port: old.port, what: 'The old primary follows' }, ['INFO', 'replication'], (answer) =>
      answer.includes('role:slave'),
    )
    await until(
      async () => (await signedIn(old)) === 0,
      GOES_ON_MS,
      async () => `${await signedIn(old)} are still at the old primary: ${left.output.join('\n')}`,
    )

    await both.world.settled()
    expect(await creations(both)).toMatchObject({ made: PEOPLE })
    expect(await origins(both)).toEqual({ created: PEOPLE })
    await expectAll(both)
  },
)
