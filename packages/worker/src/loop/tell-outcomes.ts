import { UnrecoverableError } from 'bullmq'
import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Outcome } from '../outcome.ts'
import { RetryError } from './backoff.ts'
import type { Line, PulledJob } from './line.ts'

const NO_ANSWER: Outcome = { status: 'retry', why: 'The batch ended without an answer for this job' }

/** Tells BullMQ what became of jobs. Never throws: what could not be settled comes again when its lock runs out. */
export async function tellAll(
  line: Line,
  jobs: readonly PulledJob[],
  outcomes: ReadonlyMap<string, Outcome>,
  log: Logger,
): Promise<void> {
  await Promise.all(jobs.map((pulled) => tell(line, pulled, outcomes.get(pulled.id) ?? NO_ANSWER, log)))
}

async function tell(line: Line, pulled: PulledJob, outcome: Outcome, log: Logger): Promise<void> {
  try {
    if (!pulled.lost) await move(pulled, outcome)
  } catch (error) {
    await complain(pulled, error, log)
  } finally {
    line.pulled.delete(pulled.id)
  }
}

/** Gives a job back to its queue, where others take it at once. */
export async function giveUp({ job, token }: PulledJob): Promise<void> {
  await job.moveToWait(token)
}

async function complain({ id, job, token }: PulledJob, error: unknown, log: Logger): Promise<void> {
  // A command that is sent again after a reconnect answers "missing lock" although it worked.
  const state = await job.getState().catch(() => 'unknown')
  if (state === 'active')
    log.warn({ jobId: id, token, err: error }, 'Job not settled; it comes again when its lock runs out')
}

async function move({ job, token }: PulledJob, outcome: Outcome): Promise<void> {
  switch (outcome.status) {
    case 'applied':
    case 'already applied':
    case 'superseded':
      // false: the default takes another job
      await job.moveToCompleted(outcome, token, false)
      return
    case 'rejected': {
      const why = withoutSecrets(`${outcome.code}: ${outcome.why}. ${outcome.todo}`)
      await job.moveToFailed(withoutStack(new UnrecoverableError(why)), token, false)
      return
    }
    case 'retry':
      await job.moveToFailed(withoutStack(new RetryError(withoutSecrets(outcome.why), outcome.afterMs)), token, false)
      return
    case 'later':
      await job.updateProgress({ waiting: withoutSecrets(outcome.why) })
      await job.moveToDelayed(Date.now() + Math.max(outcome.ms, 20), token)
      return
    default:
      outcome satisfies never
  }
}

/** The error as the dashboard shows it: where in our code an outcome was told of helps nobody who reads why. */
function withoutStack<E extends Error>(error: E): E {
  error.stack = error.message
  return error
}
