import type { Queue } from 'bullmq'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'

/** What is kept of cycles that have ended. */
export const KEPT = { removeOnComplete: { count: 200 }, removeOnFail: { count: 200 }, stackTraceLimit: 1 }

/** Has the connection's cycles run as its `schedule` says. */
export async function schedule(queue: Queue, { schedule: { every, full } }: ConnectionConfig): Promise<void> {
  await queue.upsertJobScheduler('every', { every }, { name: CYCLE_JOBS.ordinary, data: {}, opts: KEPT })
  if (!full) return void (await queue.removeJobScheduler('full'))
  // BullMQ drops the one that waits for the next one by the pattern: who started after it was due would lose it.
  const { next = Infinity } = (await queue.getJobScheduler('full')) ?? {}
  await queue.upsertJobScheduler('full', { pattern: full }, { name: CYCLE_JOBS.full, data: {}, opts: KEPT })
  if (next < Date.now()) await queue.add(CYCLE_JOBS.full, {}, KEPT)
}

/** Whether a cycle runs, or is about to. The schedule's next one does not count. */
export async function isAnyCycleOf(queue: Queue): Promise<boolean> {
  const counts = await queue.getJobCounts('active', 'waiting')
  return Object.values(counts).some((count) => count > 0)
}

/** Jobs that read all there is. A plan that is carried out need not, and neither does what is read ahead of a cycle. */
const WHOLE: readonly string[] = [CYCLE_JOBS.ordinary, CYCLE_JOBS.full]

/** Has a cycle run at once, as after a roll-out, unless one waits already. */
export async function askForCycle(queue: Queue): Promise<void> {
  const waiting = await queue.getWaiting()
  if (!waiting.some(({ name }) => WHOLE.includes(name))) await queue.add(CYCLE_JOBS.ordinary, {}, KEPT)
}

/**
 * A scheduler adds its next job when the last one is taken: a queue that was emptied by hand would stay so for ever.
 */
export async function reschedule(queue: Queue, connection: ConnectionConfig): Promise<void> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  if (Object.values(counts).some((count) => count > 0)) return
  for (const id of ['every', 'full']) await queue.removeJobScheduler(id)
  await schedule(queue, connection)
}
