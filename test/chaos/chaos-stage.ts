import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { stringify } from 'yaml'
import { startSlapd, type SlapdServer } from '@provisioner/sandbox/servers/slapd.ts'
import { startZendeskSandbox, type ZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { CHANGE_QUEUES, changeQueueName, cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { QUICK_WORKER } from '../fixtures/service-process.ts'
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.ts'
import { until } from '../fixtures/until.ts'
import { testConfig } from '../fixtures/world-config.ts'
import { ChaosHistory } from './chaos-history.ts'
import { ChaosRedis } from './chaos-redis.ts'
import type { ChaosSize } from './chaos-size.ts'
import { SupervisedProcess } from './supervised-process.ts'

const PRODUCER = fileURLToPath(new URL('../../packages/producer/bin/provisioner-producer.mjs', import.meta.url))
/** Job statuses, the search index and lost batches are so many times faster than Zendesk's. */
const CLOCK = 20

/** How long the first write may take, ms: each request of a cycle that Zendesk leaves without an answer costs 30 s. */
const AT_WORK_MS = 180_000

/** Real servers, and the product's own processes on them; all that lies between them can be cut. */
export interface ChaosStage extends AsyncDisposable {
  readonly slapd: SlapdServer
  readonly redis: Redis
  readonly chaosRedis: ChaosRedis
  readonly history: ChaosHistory
  readonly sandbox: ZendeskSandbox
  readonly proxies: Readonly<Record<'redis' | 'directory' | 'zendesk', TcpProxy>>
  readonly workers: readonly SupervisedProcess[]
  readonly producers: readonly SupervisedProcess[]
  readonly changeQueues: readonly Queue[]
  readonly cycles: Queue
  /** Resolves once the first write has gone to Zendesk. */
  isAtWork(): Promise<void>
}

export async function setChaosStage(
  size: ChaosSize,
  seed: number,
  ldif: string,
  say: (line: string) => void,
): Promise<ChaosStage> {
  const owned = new AsyncDisposableStack()
  try {
    const chaosRedis = await ChaosRedis.start(owned)
    const history = owned.use(await ChaosHistory.start())
    const slapd = owned.use(await startSlapd({ suffix: 'dc=example,dc=org', ldif, overlays: ['syncprov'] }))
    const credentials = { clientId: 'provisioner', clientSecret: 'a-secret' }
    const sandbox = owned.use(
      await startZendeskSandbox({
        limits: 'off',
        clock: CLOCK,
        bulkImport: true,
        answerDelayMs: 30,
        seed,
        credentials,
      }),
    )
    const proxies = {
      redis: chaosRedis.front,
      directory: owned.use(await startTcpProxy(slapd.port)),
      zendesk: owned.use(await startTcpProxy(Number(new URL(sandbox.url).port))),
    }
    const folder = await mkdtemp(join(tmpdir(), 'provisioner-chaos-'))
    owned.defer(() => rm(folder, { recursive: true, force: true }))
    const config = join(folder, 'provisioner.yaml')
    await writeFile(
      config,
      stringify({ ...configOf(slapd, proxies, { ...size, seed }), history: { url: history.url } }),
    )

    const redis = owned.adopt(new Redis(chaosRedis.url, { maxRetriesPerRequest: null }), (one) => one.disconnect())
    redis.on('error', () => undefined) // it comes back
    const queueOf = (name: string) => {
      const queue = new Queue(name, { connection: redis, prefix: queuePrefix('acme') })
      queue.on('error', () => undefined) // it comes back
      return queue
    }
    const env = {
      PATH: process.env['PATH'],
      PROVISIONER_CONFIG: config,
      PROVISIONER_DATA: folder,
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: '0',
      LOG_LEVEL: 'info',
      // they start often
      NODE_COMPILE_CACHE: join(tmpdir(), 'provisioner-compile-cache'),
    }
    const several = (count: number, name: string, program: string) =>
      Array.from({ length: count }, (_one, i) =>
        owned.use(new SupervisedProcess(`${name} ${i + 1}`, program, env, say)),
      )
    return {
      slapd,
      redis,
      chaosRedis,
      history,
      sandbox,
      proxies,
      producers: several(size.producers, 'producer', PRODUCER),
      workers: several(size.workers, 'worker', QUICK_WORKER),
      changeQueues: CHANGE_QUEUES.map((name) => queueOf(changeQueueName('staff', name))),
      cycles: queueOf(cycleQueueName('staff')),
      isAtWork: () =>
        until(
          () => sandbox.requests.some((one) => one.method === 'POST' && one.path.startsWith('/api/')),
          AT_WORK_MS,
          () => 'nothing was written in Zendesk',
        ),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    }
  } catch (error) {
    await owned.disposeAsync()
    throw error
  }
}

/** Of every other seed, agents who are disabled lose their seat, and get it back with their access. */
function configOf(
  slapd: SlapdServer,
  proxies: ChaosStage['proxies'],
  { everyS, seed }: ChaosSize & { seed: number },
): object {
  return testConfig(
    {
      redis: { url: `redis://127.0.0.1:${proxies.redis.port}` },
      ldapUrl: `ldap://127.0.0.1:${proxies.directory.port}`,
      bindDn: slapd.readerDn,
      bindPassword: slapd.readerPassword,
      zendeskUrl: `http://127.0.0.1:${proxies.zendesk.port}`,
    },
    {
      schedule: { every: `${everyS}s`, watch: '1s' },
      users: {
        ...(seed % 2 === 1 && { remove: { agents: 'downgrade' } }),
        map: { alias: { from: 'mail', parse: 'user-from-email', case: 'lower' } },
      },
    },
  )
}
