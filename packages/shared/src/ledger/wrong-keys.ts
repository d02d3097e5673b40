import type { RedisClient } from '../redis-client.ts'
import { runScript } from './script.ts'

export type RedisType = 'string' | 'list' | 'hash' | 'set' | 'zset' | 'stream'

/** What a key has to be, for Redis to read and write it as we do. */
export interface KeyType {
  readonly type: RedisType
  readonly whose: 'the ledger' | 'BullMQ'
  /** What becomes of it when it is of another type, as a sentence for people; undefined where no cycle mends it. */
  readonly follows: string | undefined
}

export type KeyTypes = ReadonlyMap<string, KeyType>

/** A key that is of another type than it should be. */
export interface WrongKey extends KeyType {
  readonly key: string
  /** Redis's name of the type that it has. */
  readonly is: string
}

/** Keys looked at in one call, which takes Redis about a millisecond. */
const AT_ONCE = 1_000

/** In one call, since a producer of many accounts looks at the keys of its queues every few seconds. */
const TYPES = `
local types = {}
for i, key in ipairs(KEYS) do types[i] = redis.call('TYPE', key).ok end
return types
`

/** The keys of an account that are of the wrong type, which some hand or another program has left in Redis. */
export async function wrongKeys(redis: RedisClient, types: KeyTypes): Promise<WrongKey[]> {
  const keys = [...types.keys()]
  const found: string[] = []
  for (let at = 0; at < keys.length; at += AT_ONCE)
    found.push(...((await runScript(redis, TYPES, keys.slice(at, at + AT_ONCE), [])) as string[]))
  return [...types].flatMap(([key, wanted], i) => {
    const is = found[i]!
    return is === wanted.type || is === 'none' ? [] : [{ key, is, ...wanted }]
  })
}

/** What is wrong with a key, as the beginning of a sentence. */
export function describeWrongKey({ key, is, type, whose }: WrongKey): string {
  return `In Redis ${key} is a ${nameOf(is)}, where ${whose} has a ${nameOf(type)}`
}

/** As people call a type. */
function nameOf(type: string): string {
  return type === 'zset' ? 'sorted set' : type
}
