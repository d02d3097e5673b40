import { randomUUID } from 'node:crypto'
import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import { isUnreadableJob } from '@provisioner/shared/unreadable-job.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Line, PulledJob } from './line.ts'
import { leaveOut } from './leave-out.ts'
import { removeUnreadable } from './remove-unreadable.ts'

/** How long an empty pull keeps a queue out of sight, ms: its jobs went to another worker. */
const EMPTY_MS = 100

/**
 * Pulls up to `count` jobs, all asked for at once and under one token.
 *
 * A call that the connection broke off is sent again by the client, and then takes another job. The first one is locked
 * and with nobody: BullMQ gives it back 30 to 40 s later, when its lock and the next stalled check are over. One that
 * can't be read is removed: the others are not kept from their work by it.
 *
 * @throws what the first call failed with, when no call took a job. Jobs that others took are kept, whatever failed.
 */
export async function pull(line: Line, count: number, log: Logger): Promise<PulledJob[]> {
  const token = randomUUID()
  const asked = await Promise.allSettled(
    Array.from({ length: count }, () => line.worker.getNextJob(token, { block: false })),
  )
  const got = asked.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []))
  const failures = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
  const removed = failures.some(isUnreadableJob)
    ? await removeUnreadable(line, token, new Set(got.map(({ id }) => id!)), log).catch(noneOfWrongType)
    : 0
  const failure = removed + got.length === 0 ? failures[0] : undefined
  if (failure && !isWrongType(failure)) throw failure
  if (failure) leaveOut(line, failure, log, Date.now())
  else if (got.length === 0) {
    line.emptyUntil = Date.now() + EMPTY_MS
    line.readySince = 0
  }
  const jobs = got.map((job) => ({ id: job.id!, token, job, lost: false }))
  for (const one of jobs) line.pulled.set(one.id, one)
  return jobs
}

/** Where the list of active jobs can't be read, nothing is removed from it. */
function noneOfWrongType(error: unknown): 0 {
  if (!isWrongType(error)) throw error
  return 0
}
