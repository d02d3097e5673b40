import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Queue } from 'bullmq'
import { Cluster } from 'ioredis'
import { startRedisCluster } from '@provisioner/sandbox/servers/redis-cluster.ts'
import { cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { completed, setStage } from './stage.ts'
import { timed } from './timed.ts'

const SIZE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }

/** How many times as long a quiet cycle may take after the move. */
const SLOWER = 1.5

const COMMAND = fileURLToPath(new URL('../packages/producer/bin/provisioner.mjs', import.meta.url))

/**
 * Moves the ledger of 100,000 users from one server into a cluster, by the commands that an admin types. The quiet
 * cycle there takes as long as the one before, and writes nothing.
 */
export async function ledgerMove(): Promise<Finding> {
  await using owned = new AsyncDisposableStack()
  const stage = owned.use(
    await setStage({ ldif: loadLdif(SIZE), sandbox: { limits: 'off', clock: 1_000, bulkImport: true } }),
  )
  const producer = await stage.start('producer')
  const workers = [await stage.start('worker'), await stage.start('worker')]
  await stage.cycle()
  await stage.drained(900_000)
  await stage.cycle()
  const before = await timed(() => stage.cycle())
  for (const service of [producer, ...workers]) await service[Symbol.asyncDispose]()

  const file = join(stage.folder, 'acme.jsonl')
  const run = (config: string, ...args: string[]) =>
    timed(async () => {
      const env = { PATH: process.env['PATH'], PROVISIONER_CONFIG: config }
      await promisify(execFile)(process.execPath, [COMMAND, 'ledger', ...args], { env })
    })
  const exportS = await run(stage.config, 'export', file)
  const cluster = owned.use(await startRedisCluster())
  const config = await stage.configWith(cluster.config)
  const importS = await run(config, 'import', file)
  await stage.zendesk.forgetRequests()

  await stage.start('producer', { env: { PROVISIONER_CONFIG: config } })
  await stage.start('worker', { env: { PROVISIONER_CONFIG: config } })
  const nodes = cluster.config.cluster.map((address) => ({ host: '127.0.0.1', port: Number(address.split(':')[1]) }))
  const connection = owned.adopt(new Cluster(nodes, { redisOptions: { maxRetriesPerRequest: null } }), (one) =>
    one.disconnect(),
  )
  const cycles = owned.adopt(new Queue(cycleQueueName('staff'), { connection, prefix: queuePrefix('acme') }), (queue) =>
    queue.close().catch(() => {}),
  )
  await completed(cycles, await cycles.add('cycle', {}))
  const after = await timed(async () => completed(cycles, await cycles.add('cycle', {})))
  const writes = (await stage.zendesk.requests()).filter(({ method }) => method !== 'GET')
  return finding('ledger-move', {
    measured: after,
    reference: before,
    goal: `<= ${SLOWER}`,
    also: writes.length === 0,
    rows: [
      ['users, memberships', `${SIZE.endUsers + SIZE.agents}, ${SIZE.memberships}`],
      ['the file, MB', ((await stat(file)).size / 2 ** 20).toFixed(0)],
      ['export, s', exportS.toFixed(1)],
      ['import into a cluster, s', importS.toFixed(1)],
      ['a quiet cycle before, s', before.toFixed(1)],
      ['a quiet cycle after, s', after.toFixed(1)],
      ['writes to Zendesk after it (goal 0)', String(writes.length)],
    ],
  })
}
