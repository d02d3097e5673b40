import { afterEach, expect, it } from 'vitest'
import { askRedis } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startRedisCluster } from '@provisioner/sandbox/servers/redis-cluster.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import type { AnyRedis, RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { accountTag } from '@provisioner/shared/ledger/keys.ts'
import {
  countsOf,
  creations,
  expectAll,
  LOAD,
  loading,
  origins,
  PEOPLE,
  replicated,
} from '../fixtures/failover-load.ts'
import { openTwoAccounts } from '../fixtures/two-accounts.ts'
import { until } from '../fixtures/until.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** What is created while the replica is cut off, and so is told to the old primary alone. */
const CREATED_MEANWHILE = 20

interface Form extends AnyRedis {
  readonly servers: readonly RedisServer[]
  /** The primary that has the account `acme`. */
  primary(): Promise<RedisServer>
}

const FORMS: readonly (readonly [what: string, start: () => Promise<Form>])[] = [
  ['a primary that Sentinels watch', startWatchedRedis],
  [
    'a node of a cluster',
    async () => {
      const cluster = await startRedisCluster()
      return { ...cluster, primary: () => cluster.primaryOf(accountTag('acme')) }
    },
  ],
]

async function replicaOf({ servers }: Form, { port }: RedisServer): Promise<RedisServer> {
  const found = Number(/slave0:.*port=(\d+)/.exec(await askRedis(port, 'INFO', 'replication'))?.[1])
  return servers.find((one) => one.port === found)!
}

/** From now on the replica gets nothing more: it signs in with a password, which its primary has none of. */
async function cutOff(primary: RedisServer, replica: RedisServer): Promise<void> {
  await askRedis(replica.port, 'CONFIG', 'SET', 'masterauth', 'a-wrong-one')
  await askRedis(primary.port, 'CLIENT', 'KILL', 'TYPE', 'replica')
}

it.each(FORMS)(
  '%s is lost while its replica lacks what was written: that is told again, and nobody is created twice',
  { timeout: 240_000 },
  async (_what, start) => {
    const form = owned.use(await start())
    const both = owned.use(await openTwoAccounts(form, LOAD))
    await loading(both)
    const old = await form.primary()
    const replica = await replicaOf(form, old)
    await replicated(old)

    await cutOff(old, replica)
    const [before] = await countsOf(both)
    await until(
      async () => (await countsOf(both))[0]! >= before! + CREATED_MEANWHILE,
      30_000,
      async () => `${(await countsOf(both))[0]} users, ${before} when the replica was cut off`,
    )
    process.kill(old.pid, 'SIGKILL')
    await until(
      async () => (await form.primary().catch(() => old)).port === replica.port,
      60_000,
      () => 'the replica has not taken over',
    )

    await both.world.settled()
    expect(await creations(both)).toEqual({ made: PEOPLE, refused: 0 })
    expect(await origins(both)).toEqual({ created: PEOPLE })
    await expectAll(both)
  },
)
