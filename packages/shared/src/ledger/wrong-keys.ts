import type { RedisClient } from '../redis-client.ts'

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

/** The keys of the wrong type, which some hand or another program has left in Redis. */
export async function wrongKeys(redis: RedisClient, types: KeyTypes): Promise<WrongKey[]> {
  const found = await redis.pipeline([...types.keys()].map((key) => ['type', key])).exec()
  return [...types].flatMap(([key, wanted], i) => {
    const is = found?.[i]?.[1]
    return typeof is !== 'string' || is === wanted.type || is === 'none' ? [] : [{ key, is, ...wanted }]
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
