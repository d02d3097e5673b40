import { Cluster, type Redis } from 'ioredis'

/** A client of Redis in any of its forms: of one server, of what Sentinel calls the primary, or of a cluster. */
export type RedisClient = Redis | Cluster

/** A client of the same Redis with connections of its own, which waits for Redis with every command. */
export function duplicateOf(redis: RedisClient): RedisClient {
  if (redis instanceof Cluster) return redis.duplicate()
  return redis.duplicate({ maxRetriesPerRequest: null })
}

/** Whether a client's Redis is a cluster: what is asked without a key then goes to any of its nodes. */
export function isCluster(redis: RedisClient): redis is Cluster {
  return redis instanceof Cluster
}
