import { setTimeout as sleep } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import { ProvisioningError } from './errors.ts'
import { infoOf } from './account-node.ts'
import type { Logger } from './logger.ts'
import type { RedisClient } from './redis-client.ts'
import { noteLayout, unfitLayout } from './ledger/layout.ts'
import { fitnessOf } from './redis-fitness.ts'

/**
 * A connection on which Redis owes an answer for so long counts as lost, ms: nobody waits for 10 s, and a disk that is
 * slow to take an append-only file is given its time. Whoever blocks in Redis must do so for less.
 */
const SILENCE_MS = 8_000

/**
 * The same for a client of BullMQ's that blocks in Redis: it does so for up to 10 s, and that is no option of BullMQ's.
 */
const BULLMQ_SILENCE_MS = 10_000 + 2_500

/**
 * Connects to Redis and keeps at it for ever. A connection on which nothing is answered, as one is whose other end a
 * firewall has forgotten, is given up and made anew; what was not answered is said again. The `ordinary` client logs
 * once that Redis is away, and once that it is back; one for BullMQ, which loses it with that one, only a silence of
 * its own.
 *
 * Both wait for Redis with every command, since what a service has to say to Redis can't be left out.
 */
export function connectRedis(url: string, { role, log }: { role: 'ordinary' | 'bullmq'; log: Logger }): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000),
    connectionName: `provisioner-${role}`,
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  })
  tellLosses(redis, { url, role, log })
  if (role === 'bullmq') {
    const duplicate = redis.duplicate.bind(redis)
    // BullMQ makes its blocking clients of this one
    redis.duplicate = (override?: Partial<RedisOptions>) => {
      const blocking = duplicate({ socketTimeout: BULLMQ_SILENCE_MS, ...override })
      tellLosses(blocking, { url, role, log })
      return blocking
    }
  }
  return redis
}

function tellLosses(redis: Redis, { url, role, log }: { url: string; role: string; log: Logger }): void {
  const host = hostOf(url)
  let away = false
  redis.on('error', (error: NodeJS.ErrnoException) => {
    if (away) return
    away = true
    const reason = reasonOf(error)
    if (role === 'ordinary') log.warn({ reason, redis: host }, 'Redis is away; waiting for it')
    else if (isSilence(error))
      log.warn({ reason, redis: host, role }, 'A connection to Redis is silent; making it anew')
  })
  redis.on('ready', () => {
    if (away && role === 'ordinary') log.info({ redis: host }, 'Redis is back')
    away = false
  })
}

/** ioredis gives its error of a silent connection no code. */
function isSilence({ message }: Error): boolean {
  return message.startsWith('Socket timeout')
}

/** Why a connection to Redis was lost, in a few words: `ECONNREFUSED`, `no answer within 8 s`. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  if (!isSilence(error)) return error.code ?? error.message
  return `no answer within ${Number(/(\d+)ms/.exec(error.message)?.[1]) / 1_000} s`
}

/** Thrown when a Redis would lose jobs, or is too old. */
export class RedisUnfitError extends ProvisioningError {
  override name = 'RedisUnfitError' as const
  override readonly code = 'REDIS_UNFIT' as const
}

/** Thrown when another version of the product left a ledger in Redis, in a layout that this one does not read. */
export class LedgerLayoutError extends ProvisioningError {
  override name = 'LedgerLayoutError' as const
  override readonly code = 'LEDGER_LAYOUT' as const
}

/**
 * Waits for Redis, then makes sure that it keeps what it is given, and that the ledger in it is one of this version.
 *
 * @throws RedisUnfitError for an eviction policy other than `noeviction`, and for a version before 6.2;
 *   LedgerLayoutError for a ledger of another layout
 */
export async function assertRedisFit(
  redis: RedisClient,
  { accounts, log, signal }: { accounts: readonly string[]; log: Logger; signal: AbortSignal },
): Promise<void> {
  while (redis.status !== 'ready') {
    signal.throwIfAborted()
    await sleep(100, undefined, { signal })
  }
  const warned = new Set<string>()
  for (const account of accounts) {
    const { version, unfit, warning } = fitnessOf(await infoOf(redis, account))
    if (unfit !== undefined) throw new RedisUnfitError(unfit)
    if (warning !== undefined && !warned.has(warning)) log.warn({ version, reason: warning }, 'Redis may lose data')
    if (warning !== undefined) warned.add(warning)
  }
  await assertLayout(redis, accounts)
  for (const account of accounts) await noteLayout(redis, account)
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

/** The server in an address, for a message: nothing else of the address, which may hold a password. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'redis'
}
