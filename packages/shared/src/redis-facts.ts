import { infoOf } from './account-node.ts'
import { isCluster, type RedisClient } from './redis-client.ts'

/** What a server says of itself. Hosted ones leave some of it out. */
export interface RedisFacts {
  readonly product: 'Redis' | 'Valkey'
  readonly version?: string
  /** The version of Redis that it can do all of; Valkey has another one of its own. */
  readonly compatibleWith?: string
  readonly mode?: 'one server' | 'cluster' | 'sentinel'
  readonly role?: 'primary' | 'replica'
  /** Whose replica it is, `host:port`. */
  readonly replicaOf?: string
  /** How many replicas are connected to it. */
  readonly replicas?: number
  readonly appendOnlyFile?: boolean
  /** What it throws away when its memory is full. */
  readonly eviction?: string
  /** In bytes. */
  readonly memoryUsed?: number
  /** In bytes; 0 for none. */
  readonly memoryLimit?: number
}

/** Asks the server that has an account's keys what it is. */
export async function factsOf(redis: RedisClient, account: string): Promise<RedisFacts> {
  // Asked without a script, a server that takes none, such as a Sentinel, says what it is.
  return readFacts(isCluster(redis) ? await infoOf(redis, account) : await redis.info())
}

const MODES = { standalone: 'one server', cluster: 'cluster', sentinel: 'sentinel' } as const

/** Reads an answer to INFO. */
export function readFacts(info: string): RedisFacts {
  const value = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() || undefined
  const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)))
  const [valkey, redis, mode, role] = ['valkey_version', 'redis_version', 'redis_mode', 'role'].map(value)
  const facts = {
    product: valkey === undefined ? ('Redis' as const) : ('Valkey' as const),
    version: valkey ?? redis,
    compatibleWith: redis,
    // Valkey has another name for it.
    mode: MODES[(mode ?? value('server_mode')) as keyof typeof MODES],
    role: role === undefined ? undefined : role === 'slave' ? ('replica' as const) : ('primary' as const),
    replicaOf: role === 'slave' ? `${value('master_host')}:${value('master_port')}` : undefined,
    replicas: number('connected_slaves'),
    appendOnlyFile: value('aof_enabled') === undefined ? undefined : value('aof_enabled') === '1',
    eviction: value('maxmemory_policy'),
    memoryUsed: number('used_memory'),
    memoryLimit: number('maxmemory'),
  }
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined)
  return { ...(Object.fromEntries(known) as Partial<RedisFacts>), product: facts.product }
}

/**
 * The same in one line: `Valkey 8.0.1, one server, primary with 1 replica, append-only file, noeviction, 1.5 MB of
 * 64.0 MB`.
 */
export function describeFacts(facts: RedisFacts): string {
  const { product, version, mode, role, replicaOf, replicas = 0, appendOnlyFile, eviction } = facts
  const ofReplicas = role === 'primary' && replicas > 0 ? ` with ${replicas} replica${replicas === 1 ? '' : 's'}` : ''
  const parts = [
    [product, version].filter(Boolean).join(' '),
    mode === 'cluster' ? 'a node of a cluster' : mode,
    role && `${role}${ofReplicas}${replicaOf === undefined ? '' : ` of ${replicaOf}`}`,
    appendOnlyFile === undefined ? undefined : `${appendOnlyFile ? '' : 'no '}append-only file`,
    eviction,
    describeMemory(facts),
  ]
  return parts.filter(Boolean).join(', ')
}

function describeMemory({ memoryUsed, memoryLimit = 0 }: RedisFacts): string | undefined {
  if (memoryUsed === undefined) return undefined
  return `${inMb(memoryUsed)}${memoryLimit === 0 ? ', no limit of memory' : ` of ${inMb(memoryLimit)}`}`
}

/** A number of bytes as people read it. */
export function inMb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}

/** What a Redis uses of its limit, in bytes, by its answer to INFO memory; the limit is 0 for none. */
export function memoryOf(info: string): { readonly used: number; readonly limit: number } {
  const value = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return { used: value('used_memory') - value('mem_not_counted_for_evict'), limit: value('maxmemory') }
}
