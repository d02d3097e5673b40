import { freePort } from './free-port.ts'
import { askRedis, askUntil } from './redis-cli.ts'
import { startRedis, type AnyRedis, type RedisServer } from './redis.ts'

const SLOTS = 16_384
const PRIMARIES = 3

/** How long a node may be silent before the others count it as lost, ms. */
const NODE_TIMEOUT_MS = 2_000

/** A cluster of three primaries, each with a replica. */
export interface RedisCluster extends AnyRedis {
  readonly config: { readonly cluster: readonly string[] }
  readonly servers: readonly RedisServer[]
  /** The server that has a key, as those that live see it. */
  primaryOf(key: string): Promise<RedisServer>
}

/** Starts a cluster and waits until all of it is there. @throws ProgramMissingError */
export async function startRedisCluster(): Promise<RedisCluster> {
  await using owned = new AsyncDisposableStack()
  const servers: RedisServer[] = []
  const buses: number[] = []
  for (let i = 0; i < 2 * PRIMARIES; i++) {
    const bus = await freePort()
    servers.push(owned.use(await startRedis({ appendonly: true, settings: settingsOf(bus) })))
    buses.push(bus)
  }
  const [first] = servers
  const ids = await Promise.all(servers.map(({ port }) => askRedis(port, 'CLUSTER', 'MYID')))
  for (const [i, { port }] of servers.slice(0, PRIMARIES).entries()) {
    const share = [Math.ceil((i * SLOTS) / PRIMARIES), Math.ceil(((i + 1) * SLOTS) / PRIMARIES) - 1]
    await askRedis(port, 'CLUSTER', 'ADDSLOTSRANGE', ...share.map(String))
    await askRedis(port, 'CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))
  }
  for (const [i, { port }] of servers.entries())
    if (i > 0) await askRedis(first!.port, 'CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[i]))
  for (const { port } of servers)
    await askUntil({ port, what: 'The nodes know one another' }, ['CLUSTER', 'INFO'], (answer) =>
      isWhole(answer, servers.length),
    )
  for (const [i, { port }] of servers.entries())
    if (i >= PRIMARIES) await askRedis(port, 'CLUSTER', 'REPLICATE', ids[i - PRIMARIES]!)
  for (const { port } of servers)
    await askUntil({ port, what: 'Each primary has its replica' }, ['CLUSTER', 'NODES'], (answer) =>
      ids.slice(0, PRIMARIES).every((id) => answer.includes(`slave ${id}`)),
    )
  for (const { port } of servers.slice(PRIMARIES))
    await askUntil({ port, what: 'The replica follows' }, ['INFO', 'replication'], (answer) =>
      answer.includes('master_link_status:up'),
    )
  const running = owned.move()
  return {
    config: { cluster: servers.slice(0, PRIMARIES).map(({ port }) => `127.0.0.1:${port}`) },
    servers,
    primaryOf: (key) => primaryOf(servers, key),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function settingsOf(bus: number): Record<string, string> {
  return {
    'cluster-enabled': 'yes',
    'cluster-port': String(bus),
    'cluster-node-timeout': String(NODE_TIMEOUT_MS),
    // One part that is away is no reason for the others to stand still.
    'cluster-require-full-coverage': 'no',
    'repl-diskless-sync-delay': '0',
  }
}

function isWhole(info: string, nodes: number): boolean {
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes}`)
}

async function primaryOf(servers: readonly RedisServer[], key: string): Promise<RedisServer> {
  for (const { port } of servers) {
    try {
      const slot = Number(await askRedis(port, 'CLUSTER', 'KEYSLOT', key))
      const owner = ownerOf(await askRedis(port, 'CLUSTER', 'NODES'), slot)
      const server = servers.find((one) => one.port === owner)
      if (server) return server
    } catch {
      // This one is away, or stands still: another one knows.
    }
  }
  throw new Error(`No node of the cluster has the key ${key}`)
}

/** The port of the primary that has a slot, by the answer to CLUSTER NODES: `id host:port@bus flags … slots`. */
function ownerOf(nodes: string, slot: number): number | undefined {
  for (const line of nodes.split('\n')) {
    const [, address = '', flags = '', , , , , , ...ranges] = line.trim().split(' ')
    if (!flags.includes('master') || flags.includes('fail')) continue
    const has = ranges
      .map((range) => range.split('-').map(Number))
      .some(([from = -1, to = from]) => from <= slot && slot <= to)
    if (has) return Number(/:(\d+)@/.exec(address)?.[1])
  }
  return undefined
}
