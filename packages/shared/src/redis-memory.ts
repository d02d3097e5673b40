import { infoOf } from './account-node.ts'
import { inMb } from './redis-facts.ts'
import { isCluster, type RedisClient } from './redis-client.ts'
import type { Logger } from './logger.ts'

/** How often Redis is asked how full it is, ms. */
const LOOK_MS = 2_000

/** How full Redis was at the last look. */
export interface RedisMemory extends Disposable {
  /** Why nothing can be written, and what to do; undefined while there is room. */
  readonly full: string | undefined
}

/**
 * Watches how full a Redis with `noeviction` is. A full one refuses every write, and with it every job: that is logged
 * once, and once when there is room again. Nothing is lost meanwhile; what was refused is done again afterwards.
 */
export function watchRedisMemory(
  redis: RedisClient,
  { accounts, log }: { accounts: readonly string[]; log: Logger },
): RedisMemory {
  let full: string | undefined
  let asking = false
  const look = async () => {
    // One that is away is reported by its connection.
    if (asking || redis.status !== 'ready') return
    asking = true
    try {
      const now = (await memoriesOf(redis, accounts)).map(fullness).find(Boolean)
      if (now !== undefined && full === undefined) log.error({ reason: now }, 'Redis is full')
      if (now === undefined && full !== undefined) log.info('Redis has room again')
      full = now
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
  const value = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  const limit = value('maxmemory')
  const used = value('used_memory') - value('mem_not_counted_for_evict')
  if (limit === 0 || used <= limit) return undefined
  return `Redis is full: it uses ${inMb(used)} of its maxmemory ${inMb(limit)} and refuses to write. Raise maxmemory, or free memory; what waits goes on by itself then`
}
