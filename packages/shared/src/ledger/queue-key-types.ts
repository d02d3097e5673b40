import { queuePrefix } from '../queues.ts'
import type { KeyTypes, RedisType } from './wrong-keys.ts'

/**
 * The types of BullMQ's keys of a queue, beside those of its jobs. Nothing is read or written by it: it says which key
 * some hand has left there that keeps BullMQ from its work. A key that a later version has no more is not there.
 */
const TYPES: Readonly<Record<RedisType, readonly string[]>> = {
  list: ['wait', 'active', 'paused', 'metrics:completed:data', 'metrics:failed:data'],
  zset: ['delayed', 'prioritized', 'completed', 'failed', 'waiting-children', 'marker', 'repeat'],
  hash: ['meta', 'metrics:completed', 'metrics:failed'],
  set: ['stalled'],
  stream: ['events'],
  string: ['pc', 'limiter', 'stalled-check', 'id'],
}

const FOLLOWS = 'Jobs that were there are added anew'

/** @param name of the queue, as BullMQ knows it */
export function queueKeyTypes(account: string, name: string): KeyTypes {
  const prefix = `${queuePrefix(account)}:${name}:`
  return new Map(
    (Object.keys(TYPES) as RedisType[]).flatMap((type) =>
      TYPES[type].map((key) => [`${prefix}${key}`, { type, whose: 'BullMQ', follows: FOLLOWS }] as const),
    ),
  )
}
