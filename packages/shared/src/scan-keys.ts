import { Cluster } from 'ioredis'
import type { RedisClient } from './redis-client.ts'

/** Keys that Redis looks at in one step. */
const COUNT = 1_000

/**
 * The keys that begin with a text, of a cluster those of all its nodes, some at a time and some perhaps twice. What is
 * added or removed meanwhile may be missed.
 */
export async function* scanKeys(redis: RedisClient, prefix: string): AsyncGenerator<string[], void, undefined> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis]
  const pattern = `${prefix.replace(/[\\*?[\]]/g, String.raw`\$&`)}*`
  for (const node of nodes) {
    let cursor = '0'
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', COUNT)
      if (keys.length > 0) yield keys
      cursor = next
    } while (cursor !== '0')
  }
}
