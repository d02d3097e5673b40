import type { Cluster } from 'ioredis'

/** How many hash slots a cluster has. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
const SLOTS = 16_384

/**
 * How many hash slots of a cluster no node has. Keys in them can't be written, and unless the cluster was told
 * otherwise no others either.
 */
export async function missingSlots(redis: Cluster): Promise<number> {
  const assigned = /^cluster_slots_assigned:(\d+)/m.exec(String(await redis.cluster('INFO')))?.[1]
  return assigned === undefined ? 0 : SLOTS - Number(assigned)
}
