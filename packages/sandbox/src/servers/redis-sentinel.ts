import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePrograms } from './ensure-programs.ts'
import { startOnFreePort } from './free-port.ts'
import { askRedis, askUntil } from './redis-cli.ts'
import { answersPing, startRedis, type AnyRedis, type RedisServer } from './redis.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

/** As many as a majority needs that survives the loss of one. */
const SENTINELS = 3

/** How long a primary may be silent before the Sentinels count it as lost, ms. */
const DOWN_AFTER_MS = 1_000

const NAME = 'mymaster'

/** A primary, its replicas and the Sentinels that watch them. */
export interface WatchedRedis extends AnyRedis {
  readonly config: { readonly sentinels: readonly string[]; readonly name: string }
  /** The first is the primary at the start. */
  readonly servers: readonly RedisServer[]
  /** The processes of the Sentinels, in the order of `config`. */
  readonly pids: readonly number[]
  /** The one that the Sentinels call the primary. */
  primary(): Promise<RedisServer>
}

/** Starts servers and Sentinels, and waits until they know one another. @throws ProgramMissingError */
export async function startWatchedRedis({ replicas = 1 }: { replicas?: number } = {}): Promise<WatchedRedis> {
  await using owned = new AsyncDisposableStack()
  const first = owned.use(await startRedis({ appendonly: true }))
  const settings = { replicaof: `127.0.0.1 ${first.port}`, 'repl-diskless-sync-delay': '0' }
  const others = await Promise.all(Array.from({ length: replicas }, () => startRedis({ appendonly: true, settings })))
  for (const one of others) owned.use(one)
  await askUntil({ port: first.port, what: 'The replicas follow the primary' }, ['INFO', 'replication'], (answer) =>
    answer.includes(`connected_slaves:${replicas}`),
  )
  const sentinels: Sentinel[] = []
  for (let i = 0; i < SENTINELS; i++) sentinels.push(await startSentinel(first.port, owned))
  for (const { port } of sentinels)
    await askUntil({ port, what: 'The Sentinels know all' }, ['SENTINEL', 'MASTER', NAME], (answer) =>
      knows(answer, replicas),
    )
  const servers = [first, ...others]
  const running = owned.move()
  return {
    config: { sentinels: sentinels.map(({ port }) => `127.0.0.1:${port}`), name: NAME },
    servers,
    pids: sentinels.map(({ pid }) => pid),
    async primary() {
      const address = await askRedis(sentinels[0]!.port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)
      return servers.find(({ port }) => port === Number(address.split('\n')[1]))!
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

interface Sentinel {
  readonly port: number
  readonly pid: number
}

async function startSentinel(primary: number, owned: AsyncDisposableStack): Promise<Sentinel> {
  const { 'redis-server': command } = await ensurePrograms(['redis-server'])
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-sentinel-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  const { port, server } = await startOnFreePort((free) => runSentinel(command, { port: free, primary, folder }))
  owned.defer(() => server.stop('SIGKILL'))
  return { port, pid: server.pid }
}

/** A Sentinel writes what it learns into its own file. */
async function runSentinel(
  command: string,
  { port, primary, folder }: { port: number; primary: number; folder: string },
): Promise<ServerProcess> {
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${primary} ${Math.floor(SENTINELS / 2) + 1}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} 10000`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  return startProcess({
    name: 'redis-sentinel',
    command,
    args: [file, '--sentinel'],
    port,
    probe: () => answersPing(port),
  })
}

/** Whether a Sentinel knows all the others and the replicas: its answer has names and values on lines of their own. */
function knows(answer: string, replicas: number): boolean {
  const lines = answer.split('\n')
  const value = (name: string) => Number(lines[lines.indexOf(name) + 1])
  return value('num-other-sentinels') === SENTINELS - 1 && value('num-slaves') === replicas
}
