import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from 'bullmq'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { HeldJob, Line } from './line.ts'
import { completeAndPull } from './settle.ts'

/** How long an empty pull keeps a queue out of sight, ms: its jobs went to another worker. */
const EMPTY_MS = 100

/** How long a pull waits at most for jobs that it can complete on its way, ms; and how often it looks. */
const WAIT_MS = 500
const LOOK_MS = 4

/**
 * Pulls up to `count` jobs, by completing ones that are done as far as there are any: one call in the place of two. It
 * waits for those that Zendesk has answered and that are just being recorded. All at once, which takes 5 ms for
 * 100, and with `allSettled`, so that a lost connection does not orphan those that did arrive (trap 11).
 */
export async function pull(line: Line, count: number, log: Logger): Promise<HeldJob[]> {
  const end = Date.now() + WAIT_MS
  while (line.answered > 0 && line.done.size < count && Date.now() < end) await sleep(LOOK_MS)
  const done = [...line.done].slice(0, count)
  for (const one of done) line.done.delete(one)
  const asked = [
    ...done.map((one) => completeAndPull(line, one, log)),
    ...Array.from({ length: count - done.length }, () => pullOne(line)),
  ]
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

async function pullOne(line: Line): Promise<HeldJob | undefined> {
  const token = randomUUID()
  const job: Job | undefined = await line.worker.getNextJob(token, { block: false })
  return job && { job, token, lost: false }
}
