import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, ClusterNode, ClusterOptions, RedisOptions } from 'ioredis'
import { serversOf, type RedisConfig } from './config/redis.ts'
import type { Logger } from './logger.ts'
import { openRedisClient, type RedisTerms } from './open-redis-client.ts'
import { isCluster, type RedisClient } from './redis-client.ts'
import { missingSlots } from './redis-cluster.ts'
import { LedgerLayoutError, RedisUnfitError } from './redis-errors.ts'
import { describeFacts, factsOf, type RedisFacts } from './redis-facts.ts'
import { noteLayout, unfitLayout } from './ledger/layout.ts'
import { processOf } from './ledger/redis-process.ts'
import { fitnessOf } from './redis-fitness.ts'
import { tellLosses, type LossTeller } from './tell-redis-losses.ts'

/**
 * A connection on which Redis owes an answer for so long counts as lost, ms: nobody waits for 10 s, and a disk that is
 * slow to take an append-only file is given its time. Whoever blocks in Redis must do so for less.
 */
const SILENCE_MS = 8_000

/**
 * The same for a client of BullMQ's that blocks in Redis: it does so for up to 10 s, and that is no option of BullMQ's.
 */
const BULLMQ_SILENCE_MS = 10_000 + 2_500

/** How long a page may take, ms: it should rather say that Redis is away than never come. */
const PAGE_MS = 5_000

/** What a client is for. */
export type RedisRole = 'ordinary' | 'bullmq' | 'pages'

/**
 * Connects to Redis, in whatever form it is, and keeps at it for ever. A connection on which nothing is answered, as
 * one is whose other end a firewall has forgotten, is given up and made anew; what was not answered is said again.
 * After a failover it goes to the new primary. The `ordinary` client logs once that Redis is away, and once that it is
 * back; one for BullMQ, which loses it with that one, only a silence of its own.
 *
 * Both wait for Redis with every command, since what a service has to say to Redis can't be left out. Commands for
 * `pages` fail at once while Redis is away, so that pages can say so.
 */
export function connectRedis(
  config: RedisConfig,
  { role, log }: { role: RedisRole; log: Pick<Logger, 'warn' | 'info'> },
): RedisClient {
  const servers = serversOf(config)
  const redis = openRedisClient(config, {
    connectionName: `provisioner-${role}`,
    retry: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000),
    ...(role === 'pages' ? PAGES : { silenceMs: SILENCE_MS, commands: 'wait', refused: tellReplica(log, servers) }),
  })
  // each connection of the configuration listens for breaks, see `ledger/retelling.ts`
  redis.setMaxListeners(0)
  const teller: LossTeller = { config, tells: role === 'bullmq' ? 'its own silence' : 'all', log }
  tellLosses(redis, teller)
  if (role === 'bullmq') giveBlockingClientsTime(redis, teller)
  if (config.tls?.verify === false && role !== 'bullmq')
    log.warn(
      { redis: servers },
      'The certificates of Redis are not verified: anybody between may read and change answers',
    )
  return redis
}

const PAGES = {
  silenceMs: PAGE_MS,
  commandTimeoutMs: PAGE_MS,
  commands: 'fail',
} satisfies Partial<RedisTerms>

/** BullMQ makes its blocking clients of the one that it is given. */
function giveBlockingClientsTime(redis: RedisClient, teller: LossTeller): void {
  const patient = { socketTimeout: BULLMQ_SILENCE_MS }
  if (isCluster(redis)) {
    // The types of ioredis tell clients apart by how they show what only RESP3 has, which is nothing to BullMQ.
    const duplicate = redis.duplicate.bind(redis) as (nodes?: ClusterNode[], options?: ClusterOptions) => Cluster
    redis.duplicate = (nodes?: ClusterNode[], options?: ClusterOptions) => {
      const blocking = duplicate(nodes, { ...options, redisOptions: { ...options?.redisOptions, ...patient } })
      tellLosses(blocking, teller)
      return blocking
    }
    return
  }
  const duplicate = redis.duplicate.bind(redis)
  redis.duplicate = (override?: Partial<RedisOptions>) => {
    const blocking = duplicate({ ...patient, ...override })
    tellLosses(blocking, teller)
    return blocking
  }
}

/** Says that a server refuses to write since it is a replica: once, not each time that the client looks for another. */
function tellReplica(log: Pick<Logger, 'warn'>, servers: string): () => void {
  let toldAt = -Infinity
  return () => {
    if (performance.now() - toldAt > TOLD_AGAIN_MS)
      log.warn({ redis: servers }, 'This Redis has become a replica, which takes nothing; looking for the primary')
    toldAt = performance.now()
  }
}

/** When nothing was refused for so long, ms, the next refusal is another matter. */
const TOLD_AGAIN_MS = 60_000

/**
 * Waits for Redis, then makes sure that it keeps what it is given, and that the ledger in it is one of this version.
 * What was found is said in one line, for a cluster in one for each node that has accounts.
 *
 * @throws RedisUnfitError for an eviction policy other than `noeviction`, for a version before 6.2, a replica, a
 *   Sentinel, a node of a cluster that was not named as one, and a cluster that lacks hash slots; LedgerLayoutError for
 *   a ledger of another layout
 */
export async function assertRedisFit(
  redis: RedisClient,
  { accounts, log, signal }: { accounts: readonly string[]; log: Logger; signal: AbortSignal },
): Promise<void> {
  await ready(redis, signal)
  await assertWhole(redis, (words) => log.warn(words))
  const asCluster = isCluster(redis)
  const found = new Map<string, RedisFacts & { accounts: string[] }>()
  for (const account of accounts) {
    const facts = await factsOf(redis, account)
    const { unfit } = fitnessOf(facts, { asCluster })
    if (unfit !== undefined) throw new RedisUnfitError(unfit)
    const node = asCluster ? await processOf(redis, account) : ''
    found.set(node, { ...facts, accounts: [...(found.get(node)?.accounts ?? []), account] })
  }
  for (const { accounts: ofNode, ...facts } of found.values()) {
    log.info({ redis: describeFacts(facts), ...(asCluster && { accounts: ofNode }) }, 'Redis found')
    const { warning } = fitnessOf(facts, { asCluster })
    if (warning !== undefined) log.warn({ version: facts.version, reason: warning }, 'Redis may lose data')
  }
  await assertLayout(redis, accounts)
  for (const account of accounts) await noteLayout(redis, account)
}

async function ready(redis: RedisClient, signal: AbortSignal): Promise<void> {
  while (redis.status !== 'ready') {
    signal.throwIfAborted()
    await sleep(100, undefined, { signal })
  }
}

const UNANSWERED =
  'No node of the cluster answers for its hash slots. Start its nodes, or give the slots to them: redis-cli --cluster create'

/**
 * A cluster that lacks hash slots waits for an admin to give them to a node. Where no node has a single slot, the
 * cluster gives no answer at all: `tell` is called then, and the wait goes on unless it throws.
 *
 * @throws RedisUnfitError
 */
async function assertWhole(redis: RedisClient, tell: (words: string) => void): Promise<void> {
  if (!isCluster(redis)) return
  const asked = missingSlots(redis)
  asked.catch(() => {}) // it may end when nobody waits any more
  const late = sleep(SILENCE_MS, 'late', { ref: false })
  if ((await Promise.race([asked, late])) === 'late') tell(UNANSWERED)
  const missing = await asked
  if (missing > 0)
    throw new RedisUnfitError(
      `No node of the cluster has ${missing} of its hash slots, and accounts may lie there. Give them to one: redis-cli --cluster fix`,
    )
}

/**
 * Makes sure that a command reads what services write: of a Sentinel, a node that is named without its cluster, or a
 * cluster that lacks hash slots it would be told nothing, or wait in vain.
 *
 * @throws RedisUnfitError
 */
export async function assertReadable(redis: RedisClient, accounts: readonly string[]): Promise<void> {
  await assertWhole(redis, (words) => {
    throw new RedisUnfitError(words)
  })
  for (const account of isCluster(redis) ? [] : accounts.slice(0, 1)) {
    const facts = await factsOf(redis, account)
    if (facts.mode === 'sentinel' || facts.mode === 'cluster') await assertFit(redis, account)
  }
}

/** Makes sure that services can start with an account's Redis. @throws RedisUnfitError */
export async function assertFit(redis: RedisClient, account: string): Promise<void> {
  const { unfit } = fitnessOf(await factsOf(redis, account), { asCluster: isCluster(redis) })
  if (unfit !== undefined) throw new RedisUnfitError(unfit)
}

/** Makes sure that the accounts' ledgers are ones of this version; it writes nothing. @throws LedgerLayoutError */
export async function assertLayout(redis: RedisClient, accounts: readonly string[]): Promise<void> {
  for (const account of accounts) {
    const unfit = await unfitLayout(redis, account)
    if (unfit !== undefined) throw new LedgerLayoutError(unfit)
  }
}

/** The accounts that connections write to, each once. */
export function accountsOf(connections: readonly { readonly account: string }[]): string[] {
  return [...new Set(connections.map(({ account }) => account))]
}
