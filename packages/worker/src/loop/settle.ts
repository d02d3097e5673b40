import { setTimeout as sleep } from 'node:timers/promises'
import { Job, UnrecoverableError } from 'bullmq'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Outcome } from '../outcome.ts'
import { RetryError } from './backoff.ts'
import type { HeldJob, Line } from './line.ts'

/** How long a job that is done waits for a pull that completes it on its way, ms. */
const ALONG_MS = 250

/**
 * Tells BullMQ what became of jobs. Never throws: what could not be settled comes again when its lock runs out.
 *
 * Completing a job can bring the next one in the same call. While more jobs wait, those that are done are left for the
 * next pull to complete.
 */
export async function settleAll(
  line: Line,
  jobs: readonly HeldJob[],
  outcomes: ReadonlyMap<string, Outcome>,
  log: Logger,
): Promise<void> {
  const told = jobs.map((held) => ({ held, outcome: outcomes.get(held.job.id!) ?? NO_ANSWER }))
  const done = line.ready + line.pulling > 0 ? told.filter(({ outcome }) => isDone(outcome)) : []
  for (const one of done) line.done.add(one)
  await Promise.all(told.filter((one) => !done.includes(one)).map((one) => settle(line, one, log)))
  if (done.length === 0) return
  await sleep(ALONG_MS)
  await Promise.all(done.filter((one) => line.done.delete(one)).map((one) => settle(line, one, log)))
}

/** A job that was pulled, and what became of it. */
export interface SettledJob {
  readonly held: HeldJob
  readonly outcome: Outcome
}

const NO_ANSWER: Outcome = { status: 'retry', why: 'The batch ended without an answer for this job' }

async function settle(line: Line, { held, outcome }: SettledJob, log: Logger): Promise<void> {
  try {
    if (!held.lost) await move(held, outcome)
  } catch (error) {
    await complain(held, error, log)
  } finally {
    line.held.delete(held.job.id!)
  }
}

/** Completes a job that is done, and takes the queue's next one in the same call. Undefined when there is none. */
export async function completeAndPull(
  line: Line,
  { held, outcome }: SettledJob,
  log: Logger,
): Promise<HeldJob | undefined> {
  const { job, token } = held
  try {
    if (held.lost) return undefined
    const [next, id] = (await job.moveToCompleted(outcome, token, true)) ?? []
    return next ? { job: Job.fromJSON(line.worker, next, id), token, lost: false } : undefined
  } catch (error) {
    await complain(held, error, log)
    return undefined
  } finally {
    line.held.delete(job.id!)
  }
}

async function complain({ job, token }: HeldJob, error: unknown, log: Logger): Promise<void> {
  // A command that is sent again after a reconnect answers "missing lock" although it worked (trap 12).
  const state = await job.getState().catch(() => 'unknown')
  if (state === 'active')
    log.warn({ jobId: job.id, token, err: error }, 'Job not settled; it comes again when its lock runs out')
}

function isDone({ status }: Outcome): boolean {
  return status === 'applied' || status === 'already applied' || status === 'superseded'
}

async function move({ job, token }: HeldJob, outcome: Outcome): Promise<void> {
  switch (outcome.status) {
    case 'applied':
    case 'already applied':
    case 'superseded':
      // false: the default takes another job (trap 1)
      await job.moveToCompleted(outcome, token, false)
      return
    case 'rejected':
      await job.moveToFailed(new UnrecoverableError(`${outcome.why}. ${outcome.todo}`), token, false)
      return
    case 'retry':
      await job.moveToFailed(new RetryError(outcome.why, outcome.afterMs), token, false)
      return
    case 'later':
      await job.updateProgress({ waiting: outcome.why })
      await job.moveToDelayed(Date.now() + Math.max(outcome.ms, 20), token)
      return
    default:
      outcome satisfies never
  }
}
