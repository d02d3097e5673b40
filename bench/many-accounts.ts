import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { startSlapd, type SlapdServer } from '@provisioner/sandbox/servers/slapd.ts'
import { benchConfig } from './config.ts'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { startSandbox, startService } from './stage.ts'

const ACCOUNTS = 200

/** How few there are in the run that it is compared with: what a process costs without accounts is in both. */
const FEW = 10

/** How long nothing is counted after the start: first cycles run, and queues fall idle, ms. */
const CALM_MS = 90_000

/** How long commands are counted, ms. */
const COUNTED_MS = 60_000

/** What an idle account may cost in one process: commands of Redis a second, and bytes of memory. */
const COMMANDS = 2
const BYTES = 1024 * 1024

interface Cost {
  /** Resident set of the process, bytes. */
  readonly bytes: number
  /** Commands of Redis a second. */
  readonly commands: number
  readonly connections: number
}

/** What an account costs that has nothing to do, in a producer and in a worker that have 200 of them. */
export async function manyAccounts(): Promise<Finding> {
  const rows: [string, string][] = [['idle accounts in one process', String(ACCOUNTS)]]
  let worst = 0
  for (const name of ['worker', 'producer'] as const) {
    const [few, many] = [await costOf(name, FEW), await costOf(name, ACCOUNTS)]
    const perAccount = (what: keyof Cost) => (many[what] - few[what]) / (ACCOUNTS - FEW)
    rows.push(
      [`${name}: commands a second and account`, perAccount('commands').toFixed(2)],
      [`${name}: KB of memory an account`, (perAccount('bytes') / 1024).toFixed(0)],
      [`${name}: connections an account`, perAccount('connections').toFixed(2)],
      [`${name}: MB of memory in all`, (many.bytes / BYTES).toFixed(0)],
    )
    worst = Math.max(worst, perAccount('commands') / COMMANDS, perAccount('bytes') / BYTES)
  }
  return finding('many-accounts', { measured: worst, reference: 1, goal: '<= 1', rows })
}

async function costOf(name: 'producer' | 'worker', accounts: number): Promise<Cost> {
  await using server = await startRedis({ appendonly: true })
  await using slapd = await startSlapd({
    suffix: 'dc=example,dc=org',
    ldif: loadLdif({ endUsers: 1, agents: 0, groups: 0, memberships: 0 }),
  })
  await using sandbox = await startSandbox({ limits: 'off' })
  await using owned = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-bench-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  const config = join(folder, 'provisioner.yaml')
  await writeFile(config, configOf({ server, slapd, zendeskUrl: sandbox.view.url, accounts }))
  const service = owned.use(await startService(name, { PROVISIONER_CONFIG: config, PROVISIONER_DATA: folder }))
  const redis = owned.adopt(new Redis(server.url), (one) => one.disconnect())
  await sleep(CALM_MS)
  return {
    bytes: await residentBytes(service.pid),
    commands: ((await commandsWithin(redis, COUNTED_MS)) / COUNTED_MS) * 1_000,
    connections: Number(/^connected_clients:(\d+)/m.exec(await redis.info('clients'))?.[1]),
  }
}

/** One connection for each account, each to the same Zendesk: what an account costs in Redis is its own. */
function configOf({
  server,
  slapd,
  zendeskUrl,
  accounts,
}: {
  server: RedisServer
  slapd: SlapdServer
  zendeskUrl: string
  accounts: number
}): string {
  const one = JSON.parse(benchConfig({ slapd, zendeskUrl, redis: { url: server.url } })) as {
    accounts: { acme: object }
    connections: [object]
  }
  const names = Array.from({ length: accounts }, (_one, i) => `account-${i}`)
  return JSON.stringify({
    ...one,
    accounts: Object.fromEntries(names.map((name) => [name, one.accounts.acme])),
    connections: names.map((account) => ({ ...one.connections[0], id: `staff-of-${account}`, account })),
  })
}

/** Commands that clients send in so many ms; those of scripts are none of them, a script is one. */
async function commandsWithin(redis: Redis, ms: number): Promise<number> {
  const monitor = await redis.monitor()
  let count = 0
  monitor.on('monitor', (_time: string, _command: string[], source: string) => {
    if (source !== 'lua') count++
  })
  await sleep(ms)
  monitor.disconnect()
  return count
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}
