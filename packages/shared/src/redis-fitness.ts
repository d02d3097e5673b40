import type { RedisFacts } from './redis-facts.ts'

/** The oldest Redis that BullMQ recommends: https://docs.bullmq.io/guide/redis-tm-compatibility */
const OLDEST = '6.2.0'

/** Why a Redis can't be used, or what an admin should know of it. */
export interface RedisFitness {
  readonly unfit?: string
  readonly warning?: string
}

/**
 * Judges a Redis by what it says of itself. What it leaves out, as hosted ones do, is taken for right.
 *
 * @param asCluster whether it was reached as a cluster
 */
export function fitnessOf(facts: RedisFacts, { asCluster }: { asCluster: boolean }): RedisFitness {
  const { product, version, compatibleWith, mode, role, replicaOf, eviction, appendOnlyFile } = facts
  if (mode === 'sentinel')
    return { unfit: 'This is a Sentinel, which keeps no data itself. Name it under redis.sentinels, with redis.name' }
  if (mode === 'cluster' && !asCluster)
    return { unfit: `${product} is a node of a cluster and has a part of it alone. Name it under redis.cluster` }
  if (compatibleWith !== undefined && compatibleWith.localeCompare(OLDEST, 'en', { numeric: true }) < 0)
    return { unfit: `Redis is version ${version}; the queues need ${OLDEST} or newer. Upgrade it` }
  if (role === 'replica')
    return {
      unfit: `${product} is a replica of ${replicaOf} and takes nothing. Name its primary, or the Sentinels that know who that is: redis.sentinels, with redis.name`,
    }
  if (eviction !== undefined && eviction !== 'noeviction')
    return {
      unfit: `${product} has maxmemory-policy '${eviction}' and would throw jobs and the ledger away when it is full. Set maxmemory-policy noeviction`,
    }
  if (appendOnlyFile === false)
    return {
      warning: `${product} keeps no append-only file: a crash loses what it was told last. Set appendonly yes`,
    }
  return {}
}
