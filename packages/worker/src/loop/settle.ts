import { UnrecoverableError } from 'bullmq'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Outcome } from '../outcome.ts'
import { RetryError } from './backoff.ts'
import type { HeldJob, Line } from './line.ts'

/** Tells BullMQ what became of a job. Never throws: what could not be settled comes again when its lock runs out. */
export async function settle(line: Line, held: HeldJob, outcome: Outcome, log: Logger): Promise<void> {
  const { job, token } = held
  try {
    if (!held.lost) await move(held, outcome)
  } catch (error) {
    // A command that is sent again after a reconnect answers "missing lock" although it worked (trap 12).
    const state = await job.getState().catch(() => 'unknown')
    if (state === 'active')
      log.warn({ jobId: job.id, token, err: error }, 'Job not settled; it comes again when its lock runs out')
  } finally {
    line.held.delete(job.id!)
  }
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
