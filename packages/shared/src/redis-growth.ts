import { accountKeys } from './ledger/keys.ts'
import { LAYOUT } from './ledger/layout.ts'
import { isWrongType } from './ledger/read-stored.ts'
import { runScript } from './ledger/script.ts'
import { formatTime } from './format-time.ts'
import type { RedisClient } from './redis-client.ts'
import { inMb, memoryOf } from './redis-facts.ts'

const HOUR_MS = 3_600_000

/** Samples are kept for so long, in hours: a day's growth is told by them. */
const KEPT = 25

/** How far back growth is looked at, in hours: a day, and less, so that a load that is over counts for no longer. */
const BACK = [6, 24] as const

/** So many days before memory runs out it is told: time to order some. */
const DAYS = 14

/** From this share of its limit on a Redis is told to be filling up, however slowly it grows. */
const SHARE = 0.9

/** Bytes used by the hour, in hours since the epoch. */
export type MemorySamples = ReadonlyMap<number, number>

/**
 * ARGV: the hour, what is used in it, the first hour whose sample is kept, and the number of our layout. A Redis whose
 * ledger is not ours, or that nobody has looked at yet, is not written to.
 */
const NOTE = `
if redis.call('GET', KEYS[2]) ~= ARGV[4] then return end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return end
for _, hour in ipairs(redis.call('HKEYS', KEYS[1])) do
  if (tonumber(hour) or 0) < tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], hour) end
end
`

/**
 * Remembers once an hour how much memory the Redis of an account uses.
 *
 * @param info an answer to INFO memory
 * @param now ms since the epoch
 */
export async function noteMemory(redis: RedisClient, account: string, info: string, now: number): Promise<void> {
  const hour = Math.floor(now / HOUR_MS)
  const { memory, layout } = accountKeys(account)
  const args = [hour, memoryOf(info).used, hour - KEPT, LAYOUT].map(String)
  await runScript(redis, NOTE, [memory, layout], args)
}

/** What is remembered of an account's Redis; nothing where the key is none of ours. */
export async function readMemorySamples(redis: RedisClient, account: string): Promise<MemorySamples> {
  const stored = await redis.hgetall(accountKeys(account).memory).catch((error: unknown) => {
    if (!isWrongType(error)) throw error
    return {}
  })
  const samples = Object.entries(stored).map(([hour, bytes]) => [Number(hour), Number(bytes)] as const)
  return new Map(samples.filter((sample) => sample.every(Number.isFinite)))
}

/**
 * Why a Redis will refuse to write before long, and what to do; undefined for one that has room, has no limit, or is
 * full already. It grows as it has grown in the last six hours, or in the last 24, whichever is less.
 *
 * @param info an answer to INFO memory
 * @param now ms since the epoch
 */
export function fillingUp(info: string, samples: MemorySamples, now: number): string | undefined {
  const { used, limit } = memoryOf(info)
  if (limit === 0 || used > limit) return undefined
  const fullAt = now + (limit - used) / growthOf(samples, used, now)
  const isSoon = fullAt < now + DAYS * 24 * HOUR_MS
  if (!isSoon && used < SHARE * limit) return undefined
  const when = Number.isFinite(fullAt) ? `; as it grows today, it is full on ${formatTime(fullAt)}` : ''
  return (
    `Redis is filling up: it uses ${inMb(used)} of its maxmemory ${inMb(limit)}${when}. ` +
    'Raise maxmemory before that; a full one refuses to write, and everything waits'
  )
}

/** Bytes a ms; 0 where it did not grow, or nobody has watched for long enough. */
function growthOf(samples: MemorySamples, used: number, now: number): number {
  const hour = Math.floor(now / HOUR_MS)
  const rates = BACK.map((back) => {
    const [oldest] = [...samples].filter(([at]) => at >= hour - back).toSorted(([a], [b]) => a - b)
    if (!oldest || oldest[0] > hour - BACK[0]) return 0
    return (used - oldest[1]) / (now - oldest[0] * HOUR_MS)
  })
  return Math.max(0, Math.min(...rates))
}
