import type { Cluster, Redis } from 'ioredis'
import { isCluster, type RedisClient } from './redis-client.ts'
import type { Logger } from './logger.ts'
import { serversOf, type RedisConfig } from './config/redis.ts'
import { isReadOnly } from './open-redis-client.ts'
import { refusalOf } from './redis-refusal.ts'

/** Whose losses are told: those of the client that stands for all, or only those that it does not share with them. */
export interface LossTeller {
  /** The configuration, which names the servers. */
  readonly config: RedisConfig
  readonly tells: 'all' | 'its own silence'
  readonly log: Pick<Logger, 'warn' | 'info'>
}

/** Logs once that Redis is away, and once that it is back; of a cluster the same of each node. */
export function tellLosses(redis: RedisClient, teller: LossTeller): void {
  tellLossOf(redis, teller)
  if (isCluster(redis)) tellLostNodes(redis, teller)
}

const AWAY = 'Redis is away; waiting for it'

/**
 * Each Sentinel, and each node of a cluster, tells of a failover in its own time: for so long, ms, leaving the new
 * primary once more is no news, nor is it that the old one does not answer.
 */
const SAME_FAILOVER_MS = 10_000

function tellLossOf(redis: RedisClient, { config, tells, log }: LossTeller): void {
  const servers = serversOf(config)
  let away = false
  let backAt = -Infinity
  const tell = (reason: string) => {
    away = true
    if (tells !== 'all') return
    const refusal = refusalOf(reason, config)
    const words = refusal ? `Redis can't be used: ${refusal.what}; ${refusal.todo}. It is tried again` : AWAY
    log.warn({ reason, redis: servers }, words)
  }
  redis.on('error', (error: Error) => {
    if (away) return
    const reason = reasonOf(error)
    tell(reason)
    if (tells !== 'all' && isSilence(error)) tellSilence(log, reason, servers)
  })
  if (!isCluster(redis) && redis.options.sentinels)
    // Told by a Sentinel of another primary, the client leaves the old one without an error.
    redis.on('reconnecting', () => {
      const isNews = performance.now() - backAt > SAME_FAILOVER_MS
      if (!away && isNews) tell('the connection was closed, as in a failover')
    })
  redis.on('ready', () => {
    if (!away) return
    if (tells === 'all') log.info({ redis: servers }, 'Redis is back')
    away = false
    backAt = performance.now()
  })
}

function tellLostNodes(redis: Cluster, { config, tells, log }: LossTeller): void {
  const servers = serversOf(config)
  const away = new Set<string>()
  // Those that another has taken over from, and when. Connections to one that stands still break one after the other,
  // some of them seconds later, and a node that has not heard of it yet shows it as a primary: that is no news.
  const replaced = new Map<string, number>()
  const primaries = () => new Set(redis.nodes('master').map(addressOf))
  const isNews = (node: string) => {
    const at = replaced.get(node)
    return at === undefined || (performance.now() - at > SAME_FAILOVER_MS && primaries().has(node))
  }
  redis.on('node error', (error: Error, node: string) => {
    // What a look at the others of a cluster fails with is no node's fault, and a client that ends is none either.
    if (away.has(node) || redis.status === 'disconnecting' || redis.status === 'end') return
    if (!isNews(node)) return
    away.add(node)
    const reason = reasonOf(error)
    if (tells === 'all')
      log.warn({ reason, node, redis: servers }, 'A node of Redis is away; waiting for it, or its replica')
    else if (isSilence(error)) tellSilence(log, reason, node)
  })
  const back = (node: string) => {
    replaced.delete(node)
    if (away.delete(node) && tells === 'all') log.info({ node, redis: servers }, 'A node of Redis is back')
  }
  redis.on('+node', (node: Redis) => node.on('ready', () => back(addressOf(node))))
  redis.on('refresh', () => {
    if (away.size === 0) return
    const now = primaries()
    for (const node of [...away].filter((one) => !now.has(one))) {
      away.delete(node)
      replaced.set(node, performance.now())
      if (tells === 'all') log.info({ node, redis: servers }, 'Another node of Redis has taken over')
    }
  })
}

function addressOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`
}

function tellSilence(log: LossTeller['log'], reason: string, redis: string): void {
  log.warn({ reason, redis, role: 'bullmq' }, 'A connection to Redis is silent; making it anew')
}

/** ioredis gives its error of a silent connection no code. */
function isSilence({ message }: Error): boolean {
  return message.startsWith('Socket timeout')
}

/** Why a connection to Redis was lost, in a few words: `ECONNREFUSED`, `no answer within 8 s`. */
export function reasonOf(error: Error): string {
  // ioredis puts what a cluster's last node answered beside its own words
  const { lastNodeError } = error as { lastNodeError?: Error | null }
  const cause: NodeJS.ErrnoException = lastNodeError ?? error
  if (isReadOnly(cause)) return 'it is a replica now'
  if (!isSilence(cause)) return cause.code || cause.message
  return `no answer within ${Number(/(\d+)ms/.exec(cause.message)?.[1]) / 1_000} s`
}
