import { RedisQueueBackend, type Queue } from 'bullmq'
import { isWrongType } from './ledger/read-stored.ts'

/**
 * Whether BullMQ failed to make a job of what Redis has: some hand or another program has written there. It parses
 * JSON, takes fields of what comes of it, and a job's key has to be a hash.
 */
export function isUnreadableJob(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError || isWrongType(error)
}

/**
 * Removes a job, also one that BullMQ can't read. Nothing is lost with it, for a job is only a pointer to the ledger:
 * the next cycle finds none, and adds it if it is still wanted. Returns false while a worker has it.
 */
export async function removeJob(queue: Queue, id: string): Promise<boolean> {
  try {
    return (await queue.remove(id)) === 1
  } catch (error) {
    const backend = queue.getBackend()
    if (!isWrongType(error) || !(backend instanceof RedisQueueBackend)) throw error
    // BullMQ looks into the job before it removes it
    await (await backend.client).del(queue.toKey(id))
    return (await queue.remove(id)) === 1
  }
}
