import { setTimeout as sleep } from 'node:timers/promises'
import { isUnreadableJob, removeJob } from '@provisioner/shared/unreadable-job.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Line } from './line.ts'

/** How long the lock of a job lasts that is about to be removed, ms: the shortest that Redis knows. */
const END_MS = 1

/** How often a job's removal is tried, its lock having to end first. */
const TRIES = 10

/**
 * Removes the jobs that a pull has made active and BullMQ could not read: they would stay there, and come again when
 * their lock has run out, for ever. The next cycle adds them anew. Returns how many were removed.
 *
 * @param token of that pull
 * @param got ids of the jobs that it got
 */
export async function removeUnreadable(
  line: Line,
  token: string,
  got: ReadonlySet<string>,
  log: Logger,
): Promise<number> {
  const active = (await line.jobs.getRanges(['active'], 0, -1)).filter((id) => !got.has(id))
  const tokens = active.map(() => token)
  const others = new Set(await line.worker.extendJobLocks(active, tokens, END_MS))
  let removed = 0
  for (const id of active.filter((one) => !others.has(one))) {
    const error = await line.jobs.getJob(id).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    // of a job that can be read the answer was lost: without its lock it comes back
    if (!isUnreadableJob(error)) continue
    let isRemoved = false
    for (let i = 0; i < TRIES && !isRemoved; i++) {
      await sleep(2 * END_MS)
      isRemoved = await removeJob(line.jobs, id)
    }
    if (!isRemoved) continue
    removed++
    log.warn(
      { connection: line.connection, queue: line.queue, jobId: id, err: error },
      'Job removed that cannot be read; the next cycle adds it anew. Find out what else writes to this Redis',
    )
  }
  return removed
}
