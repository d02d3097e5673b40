import { infoOf, timeOf } from './account-node.ts'
import { makeRoom } from './history/make-room.ts'
import { inMb, memoryOf } from './redis-facts.ts'
import { fillingUp, noteMemory, readMemorySamples } from './redis-growth.ts'
import { isCluster, type RedisClient } from './redis-client.ts'
import type { Logger } from './logger.ts'

/** How often Redis is asked how full it is, ms. */
const LOOK_MS = 2_000

/** How often it is remembered how much it uses, and looked at whether that will be too much, ms. */
const GROWTH_MS = 10 * 60_000

/** How full Redis was at the last look. */
export interface RedisMemory extends Disposable {
  /** Why nothing can be written, and what to do; undefined while there is room. */
  readonly full: string | undefined
}

/**
 * Watches how full a Redis with `noeviction` is. A full one refuses every write, and with it every job: that is logged
 * once, and once when there is room again. Nothing is lost meanwhile; what was refused is done again afterwards. That
 * one is filling up is logged once a process, days before.
 */
export function watchRedisMemory(
  redis: RedisClient,
  { accounts, log }: { accounts: readonly string[]; log: Logger },
): RedisMemory {
  let full: string | undefined
  let grownAt = -Infinity
  let isToldToFill = false
  let asking = false
  const look = async () => {
    // One that is away is reported by its connection.
    if (asking || redis.status !== 'ready') return
    asking = true
    try {
      const memories = await memoriesOf(redis, accounts)
      await dropEvents(redis, accounts, { memories, log })
      const now = memories.map(fullness).find(Boolean)
      if (now !== undefined && full === undefined) log.error({ reason: now }, 'Redis is full')
      if (now === undefined && full !== undefined) log.info('Redis has room again')
      full = now
      if (full !== undefined || performance.now() - grownAt < GROWTH_MS) return
      grownAt = performance.now()
      const filling = await fillingOf(redis, accounts, memories)
      if (filling !== undefined && !isToldToFill) log.warn({ reason: filling }, 'Redis is filling up')
      isToldToFill = filling !== undefined
    } catch (error) {
      log.debug({ err: error }, 'Redis did not tell how full it is')
    } finally {
      asking = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  return {
    get full() {
      return full
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** Has events make room that nobody has taken into the history. */
async function dropEvents(
  redis: RedisClient,
  accounts: readonly string[],
  { memories, log }: { memories: readonly string[]; log: Logger },
): Promise<void> {
  for (const [i, account] of accounts.entries()) {
    const dropped = await makeRoom(redis, account, memories[i] ?? memories[0]!)
    if (dropped > 0) log.warn({ account, dropped }, DROPPED)
  }
}

const DROPPED =
  'Redis is nearly full: the oldest events that nobody has taken into the history were dropped. Raise maxmemory, and ' +
  'look at what keeps the history from taking them'

/** Remembers what each account's server uses, and says whether one of them is filling up. */
async function fillingOf(
  redis: RedisClient,
  accounts: readonly string[],
  memories: readonly string[],
): Promise<string | undefined> {
  let found: string | undefined
  for (const [i, account] of accounts.entries()) {
    const info = memories[i] ?? memories[0]!
    const now = await timeOf(redis, account)
    await noteMemory(redis, account, info, now)
    found ??= fillingUp(info, await readMemorySamples(redis, account), now)
  }
  return found
}

/** The answers to INFO memory of the servers that have accounts' keys: of a cluster each account has its own. */
async function memoriesOf(redis: RedisClient, accounts: readonly string[]): Promise<string[]> {
  if (!isCluster(redis)) return [await redis.info('memory')]
  return await Promise.all(accounts.map((account) => infoOf(redis, account, 'memory')))
}

/**
 * What there is to say about the answer to INFO memory of a full Redis; undefined for one with room, or without a
 * limit.
 */
export function fullness(info: string): string | undefined {
  const { used, limit } = memoryOf(info)
  if (limit === 0 || used <= limit) return undefined
  return `Redis is full: it uses ${inMb(used)} of its maxmemory ${inMb(limit)} and refuses to write. Raise maxmemory, or free memory; what waits goes on by itself then`
}
