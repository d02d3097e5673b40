import { randomUUID } from 'node:crypto'

/**
 * A new id of a batch, which is the token of its leases as well: the worker's name, and a part that is never the same.
 */
export function newBatchId(worker: string): string {
  return `${worker}.${randomUUID()}`
}

/** The worker that a batch is of. A worker's name may have dots, as a host's has. */
export function workerOf(batchId: string): string {
  return batchId.slice(0, batchId.lastIndexOf('.'))
}
