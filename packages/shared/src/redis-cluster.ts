import type { Cluster } from 'ioredis'

/** How many hash slots a cluster has. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
const SLOTS = 16_384

/**
 * How many hash slots of a cluster no node has; 0 where none is missing, or nobody can say at the moment. Keys in them
 * can't be written, and unless the cluster was told otherwise no others either: it then never gets ready.
 */
export async function missingSlots(redis: Cluster): Promise<number> {
  // A client that is not ready keeps what it is asked; a connection to one of its nodes does not.
  const node = redis.nodes()[0]?.duplicate({ retryStrategy: () => null, maxRetriesPerRequest: 0 })
  if (node === undefined) return 0
  node.on('error', () => {})
  try {
    const assigned = /^cluster_slots_assigned:(\d+)/m.exec(String(await node.cluster('INFO')))?.[1]
    return assigned === undefined ? 0 : SLOTS - Number(assigned)
  } catch {
    return 0
  } finally {
    node.disconnect()
  }
}
