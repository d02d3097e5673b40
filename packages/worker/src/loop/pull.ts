import { randomUUID } from 'node:crypto'
import { pullMany } from '../moves/moves.ts'
import { LOCK_MS, type HeldJob, type Line } from './line.ts'

/** How long an empty pull keeps a queue out of sight, ms: its jobs went to another worker. */
const EMPTY_MS = 100

/** Pulls up to `count` jobs: in one call, or one by one where BullMQ has more to do than to hand them out. */
export async function pull(line: Line, count: number): Promise<HeldJob[]> {
  const got = (await pullTogether(line, count)) ?? (await pullOneByOne(line, count))
  for (const held of got) line.held.set(held.id, held)
  if (got.length === 0) {
    line.emptyUntil = Date.now() + EMPTY_MS
    line.readySince = 0
  }
  return got
}

async function pullTogether(line: Line, count: number): Promise<HeldJob[] | undefined> {
  const token = randomUUID()
  const ids = await pullMany(line, { count, token, lockMs: LOCK_MS, worker: line.name })
  return ids?.map((id) => ({ id, token, lost: false }))
}

/** With `allSettled`, so that a lost connection does not orphan those that did arrive (trap 11). */
async function pullOneByOne(line: Line, count: number): Promise<HeldJob[]> {
  const asked = await Promise.allSettled(
    Array.from({ length: count }, async () => {
      const token = randomUUID()
      const job = await line.worker.getNextJob(token, { block: false })
      return job && { id: job.id!, token, lost: false }
    }),
  )
  return asked.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []))
}
