import { readFileSync } from 'node:fs'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisConfig } from './config/redis.ts'
import type { RedisClient } from './redis-client.ts'
import { DeafWhileLooking } from './sentinel-connector.ts'

/** How a client of Redis waits, and for how long. */
export interface RedisTerms {
  /** The name by which Redis lists its connections. */
  readonly connectionName: string
  /** A connection on which Redis owes an answer for so long, or that takes so long to make, counts as lost, ms. */
  readonly silenceMs: number
  /** After how many ms to connect again, for the attempt of this number; null for never more. */
  readonly retry: (attempt: number) => number | null
  /**
   * What becomes of commands while Redis is away: they wait for it for ever, or as long as it is looked for, or fail at
   * once.
   */
  readonly commands: 'wait' | 'wait for attempts' | 'fail'
  /** The most that a command may take, ms. */
  readonly commandTimeoutMs?: number
  /** Told when a server refused to write since it is a replica; with `commands: 'wait'` it is left then. */
  readonly refused?: () => void
  /** Connects only when it is told to. */
  readonly lazy?: boolean
}

/**
 * Between two looks at who has which part of a cluster, ms. A failover closes no connection to a server that stands
 * still: what waits there goes to its successor after the next look.
 */
const CLUSTER_LOOK_MS = 2_000

/** Before a command goes to a cluster again whose node is away, ms; and how often where nothing waits for ever. */
const CLUSTER_RETRY_MS = 200
const CLUSTER_TRIES = 16

/** A Sentinel that does not answer for so long is left for the next one, ms. */
const SENTINEL_SILENCE_MS = 2_000

/** Before a Sentinel that was lost is listened to again, ms. */
const SENTINEL_RETRY_MS = 1_000

/**
 * Opens a client of Redis in whatever form the configuration names it; with all of them the client looks for who is the
 * primary now whenever it has lost one, and leaves one that has become a replica. What such a one refused is sent
 * again.
 *
 * @throws Error when `tls.caFile` can't be read any more
 */
export function openRedisClient(config: RedisConfig, terms: RedisTerms): RedisClient {
  const { url, sentinels, name, cluster } = config
  if (cluster !== undefined) return openCluster(cluster, config, terms)
  const waits = terms.commands !== 'fail'
  const options = {
    ...optionsOf(config, terms),
    enableOfflineQueue: waits,
    retryStrategy: terms.retry,
    lazyConnect: terms.lazy ?? false,
    // A command is for whoever asked it, and ends with the refusal; a service's has to be carried out.
    ...(terms.commands === 'wait' && { reconnectOnError: (error: Error) => leaveReplica(error, terms) }),
  } satisfies RedisOptions
  if (url !== undefined) return new Redis(url, options)
  return new Redis({
    ...options,
    sentinels: sentinels!.map(hostAndPort),
    name: name!,
    role: 'master',
    failoverDetector: true,
    Connector: DeafWhileLooking as NonNullable<RedisOptions['Connector']>,
    sentinelCommandTimeout: SENTINEL_SILENCE_MS,
    sentinelReconnectStrategy: () => SENTINEL_RETRY_MS,
    sentinelRetryStrategy: terms.retry,
    ...(config.sentinelPassword !== undefined && { sentinelPassword: config.sentinelPassword }),
    ...(config.tls !== undefined && { sentinelTLS: tlsOf(config.tls), enableTLSForSentinelMode: true }),
  })
}

/** In the words of ioredis: 2 connects again, and then sends again what was refused. */
function leaveReplica(error: Error, { refused }: RedisTerms): 2 | false {
  if (!isReadOnly(error)) return false
  refused?.()
  return 2
}

function openCluster(nodes: readonly string[], config: RedisConfig, terms: RedisTerms): Cluster {
  const waits = terms.commands !== 'fail'
  return new Cluster(nodes.map(hostAndPort), {
    clusterRetryStrategy: terms.retry,
    enableOfflineQueue: waits,
    // Of a cluster that lacks a part the others work: commands for that part wait, and who starts is told what lacks.
    enableReadyCheck: false,
    scaleReads: 'master',
    maxRedirections: terms.commands === 'wait' ? Infinity : CLUSTER_TRIES,
    retryDelayOnFailover: CLUSTER_RETRY_MS,
    retryDelayOnClusterDown: CLUSTER_RETRY_MS,
    slotsRefreshInterval: CLUSTER_LOOK_MS,
    slotsRefreshTimeout: CLUSTER_LOOK_MS,
    lazyConnect: terms.lazy ?? false,
    redisOptions: optionsOf(config, terms),
  })
}

/** What is the same for every connection, whatever form Redis has. */
function optionsOf(config: RedisConfig, terms: RedisTerms) {
  const { user, password, database, tls } = config
  return {
    connectionName: terms.connectionName,
    connectTimeout: terms.silenceMs,
    socketTimeout: terms.silenceMs,
    maxRetriesPerRequest: terms.commands === 'fail' ? 1 : null,
    ...(terms.commandTimeoutMs !== undefined && { commandTimeout: terms.commandTimeoutMs }),
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { db: database }),
    ...(tls !== undefined && { tls: tlsOf(tls) }),
  } satisfies RedisOptions
}

function tlsOf({ caFile, verify }: NonNullable<RedisConfig['tls']>) {
  return { rejectUnauthorized: verify, ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }) }
}

function hostAndPort(node: string): { host: string; port: number } {
  const { hostname, port } = new URL(`redis://${node}`)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/** The refusal of a replica. In a script of Redis before 7 the word stands further behind. */
export function isReadOnly({ message }: Error): boolean {
  return /\bREADONLY\b/.test(message)
}
