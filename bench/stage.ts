import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Queue, type Job } from 'bullmq'
import { Redis } from 'ioredis'
import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { spawnTied } from '@provisioner/sandbox/servers/server-process.ts'
import { startSlapd, type SlapdServer } from '@provisioner/sandbox/servers/slapd.ts'
import type { SandboxOptions } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { CHANGE_QUEUES, changeQueueName, cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { composeFlags } from './compose.ts'
import { benchConfig } from './config.ts'
import type { MemoryLimit } from './memory-limit.ts'
import { SandboxView } from './sandbox-view.ts'

export interface StageOptions {
  /** Of slapd. Default: none. */
  readonly ldif?: string
  readonly sandbox: SandboxOptions
  /** Of slapd. */
  readonly overlays?: readonly string[]
  /** `connections[0].schedule` of the configuration. Default: cycles are asked for alone. */
  readonly schedule?: object
  /** Parts of the connection: another directory, say. */
  readonly connection?: object
}

/** Real servers, and the product's own processes on them. The connection is called `staff`. */
export interface Stage extends AsyncDisposable {
  readonly slapd: SlapdServer
  readonly redisServer: RedisServer
  readonly redis: Redis
  readonly zendesk: SandboxView
  /** Where files of the benchmark may lie until it ends. */
  readonly folder: string
  /** The path of the configuration. */
  readonly config: string
  /** Writes the configuration with another Redis; returns its path. */
  configWith(redis: object): Promise<string>
  /** Starts a process of the product, and waits until it says that it is up. */
  start(
    name: 'producer' | 'worker',
    options?: { env?: NodeJS.ProcessEnv; limit?: MemoryLimit },
  ): Promise<AsyncDisposable & { readonly pid: number }>
  /** Asks the producer for a cycle; resolves when it has ended. @param name default: an ordinary one */
  cycle(name?: 'cycle' | 'full cycle'): Promise<void>
  /** Resolves when a removal waits or is under way, or was there: the cycle's plan is enacted. */
  planned(): Promise<void>
  /** Jobs that are not done: waiting, active, delayed. */
  openJobs(): Promise<number>
  failedJobs(): Promise<number>
  /** Resolves when no job is open. @param deadlineMs how long that may take */
  drained(deadlineMs: number): Promise<void>
  /** Keeps workers from taking jobs, until `resume`. */
  pause(): Promise<void>
  resume(): Promise<void>
}

/** States of a job that is not done. A paused queue's jobs wait. */
const OPEN = ['waiting', 'active', 'delayed', 'prioritized'] as const

/** Between two looks at the queues, ms: seldom enough to cost nothing. */
const LOOK_MS = 50

/** Starts Redis, slapd and the sandbox, each in a process of its own. */
export async function setStage({
  ldif = '',
  sandbox,
  overlays = [],
  schedule,
  connection: over,
}: StageOptions): Promise<Stage> {
  const owned = new AsyncDisposableStack()
  try {
    const redisServer = owned.use(await startRedis({ appendonly: true }))
    const slapd = owned.use(await startSlapd({ suffix: 'dc=example,dc=org', ldif, overlays }))
    const account = owned.use(await startSandbox(sandbox))
    const folder = await mkdtemp(join(tmpdir(), 'provisioner-bench-'))
    owned.defer(() => rm(folder, { recursive: true, force: true }))
    const config = join(folder, 'provisioner.yaml')
    const configWith = async (other: object, path = join(folder, 'other.yaml')) => {
      await writeFile(path, benchConfig({ slapd, zendeskUrl: account.view.url, redis: other, schedule, over }))
      return path
    }
    await configWith({ url: redisServer.url }, config)
    const redis = owned.adopt(new Redis(redisServer.url, { maxRetriesPerRequest: null }), (one) => one.disconnect())
    const connection = { host: '127.0.0.1', port: redisServer.port, maxRetriesPerRequest: null }
    const queueOf = (name: string) =>
      owned.adopt(new Queue(name, { connection, prefix: queuePrefix('acme') }), (queue) =>
        queue.close().catch(() => {}),
      )
    const queues = CHANGE_QUEUES.map((name) => queueOf(changeQueueName('staff', name)))
    const cycles = queueOf(cycleQueueName('staff'))
    const count = async (...states: ('waiting' | 'active' | 'delayed' | 'prioritized' | 'failed')[]) => {
      const counts = await Promise.all(queues.map((queue) => queue.getJobCounts(...states)))
      return counts.flatMap((one) => Object.values(one)).reduce((sum, n) => sum + n, 0)
    }
    let removed = 0
    const openJobs = () => count(...OPEN)
    return {
      slapd,
      redisServer,
      redis,
      zendesk: account.view,
      folder,
      config,
      configWith: (other) => configWith(other),
      start: async (name, { env = {}, limit } = {}) =>
        owned.use(await startService(name, { PROVISIONER_CONFIG: config, PROVISIONER_DATA: folder, ...env }, limit)),
      cycle: async (name = 'cycle') => completed(cycles, await cycles.add(name, {})),
      planned: async () => {
        const removals = queues[CHANGE_QUEUES.indexOf('users.remove')]!
        const before = removed
        for (;;) {
          const counts = await removals.getJobCounts(...OPEN, 'completed')
          removed = Object.values(counts).reduce((sum, n) => sum + n, 0)
          if (removed > before) return
          await sleep(5)
        }
      },
      openJobs,
      failedJobs: () => count('failed'),
      drained: async (deadlineMs) => {
        const end = Date.now() + deadlineMs
        while ((await openJobs()) > 0) {
          if (Date.now() > end) throw new Error(`After ${deadlineMs} ms ${await openJobs()} jobs are still open`)
          await sleep(LOOK_MS)
        }
      },
      pause: async () => void (await Promise.all(queues.map((queue) => queue.pause()))),
      resume: async () => void (await Promise.all(queues.map((queue) => queue.resume()))),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    }
  } catch (error) {
    await owned.disposeAsync()
    throw error
  }
}

/** Resolves when a cycle has ended. @throws Error when it failed */
export async function completed(cycles: Queue, job: Job): Promise<void> {
  for (;;) {
    const state = await job.getState()
    if (state === 'completed') return
    if (state === 'failed') throw new Error(`The cycle failed: ${(await cycles.getJob(job.id!))?.failedReason}`)
    await sleep(50)
  }
}

/** A sandbox in a process of its own. */
export async function startSandbox(options: SandboxOptions): Promise<AsyncDisposable & { view: SandboxView }> {
  const child = spawnTied(process.execPath, [
    file('./sandbox-process.ts'),
    JSON.stringify({ credentials: { clientId: 'provisioner', clientSecret: 'a-secret' }, ...options }),
  ])
  const said = await firstLine(child, () => true)
  const { url, credentials } = JSON.parse(said) as { url: string; credentials: { email: string; apiToken: string } }
  return { view: new SandboxView(url, credentials), [Symbol.asyncDispose]: () => end(child, 'SIGTERM') }
}

/** Starts a process of the product as compose does, and waits until it says that it is up. */
export async function startService(
  name: 'producer' | 'worker',
  env: NodeJS.ProcessEnv,
  limit?: MemoryLimit,
): Promise<AsyncDisposable & { readonly pid: number }> {
  const main = file(`../packages/${name}/bin/provisioner-${name}.mjs`)
  const started = [...(await composeFlags(name)), main]
  const [command, args] = limit?.within(process.execPath, started) ?? [process.execPath, started]
  const child = spawnTied(command, args, {
    env: { PATH: process.env['PATH'], HEALTH_HOST: '127.0.0.1', HEALTH_PORT: '0', LOG_LEVEL: 'info', ...env },
  })
  await firstLine(child, (line) => line.includes('"msg":"Started"'))
  return { pid: child.pid!, [Symbol.asyncDispose]: () => end(child, 'SIGKILL') }
}

/** The first line of its output that fits. @throws with what it said, when it ends before */
async function firstLine(child: ChildProcess, fits: (line: string) => boolean): Promise<string> {
  const said: string[] = []
  child.stderr!.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const lines = createInterface({ input: child.stdout! })
  const found = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      if (!fits(line)) return void said.push(line)
      // what follows is read, so that the process can go on, and not looked at
      lines.close()
      child.stdout!.resume()
      resolve(line)
    })
    child.once('exit', () => reject(new Error(`It ended while starting: ${said.join('\n').slice(-2_000)}`)))
  })
  return found
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
