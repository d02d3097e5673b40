import { randomUUID } from 'node:crypto'
import type { Job } from 'bullmq'
import type { HeldJob, Line } from './line.ts'

/** How long an empty pull keeps a queue out of sight, ms: its jobs went to another worker. */
const EMPTY_MS = 100

/**
 * Pulls up to `count` jobs. All at once, which takes 5 ms for 100, and with `allSettled`, so that a lost connection does
 * not orphan those that did arrive (trap 11).
 */
export async function pull(line: Line, count: number): Promise<HeldJob[]> {
  const asked = Array.from({ length: count }, async (): Promise<HeldJob | undefined> => {
    const token = randomUUID()
    const job: Job | undefined = await line.worker.getNextJob(token, { block: false })
    return job && { job, token, lost: false }
  })
  const got = (await Promise.allSettled(asked)).flatMap((one) =>
    one.status === 'fulfilled' && one.value ? [one.value] : [],
  )
  for (const held of got) line.held.set(held.job.id!, held)
  if (got.length === 0) {
    line.emptyUntil = Date.now() + EMPTY_MS
    line.readySince = 0
  }
  return got
}
