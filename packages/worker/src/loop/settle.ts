import { Job, UnrecoverableError } from 'bullmq'
import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { completeMany } from '../moves/moves.ts'
import type { Outcome } from '../outcome.ts'
import { RetryError } from './backoff.ts'
import type { HeldJob, Line } from './line.ts'

/**
 * Tells BullMQ what became of jobs. Never throws: what could not be settled comes again when its lock runs out.
 *
 * Those that are done are completed together, but for one: BullMQ's own way for that one clears old jobs away, and says
 * that the queue is drained.
 */
export async function settleAll(
  line: Line,
  jobs: readonly HeldJob[],
  outcomes: ReadonlyMap<string, Outcome>,
  log: Logger,
): Promise<void> {
  const told = jobs.map((held) => ({ held, outcome: outcomes.get(held.id) ?? NO_ANSWER }))
  const done = told.filter(({ held, outcome }) => isDone(outcome) && !held.lost)
  const completed = await completeTogether(line, done.slice(1))
  await Promise.all(told.filter((one) => !completed.has(one)).map((one) => settle(line, one, log)))
}

/** A job that was pulled, and what became of it. */
interface SettledJob {
  readonly held: HeldJob
  readonly outcome: Outcome
}

const NO_ANSWER: Outcome = { status: 'retry', why: 'The batch ended without an answer for this job' }

/** Returns those that were. The others are to be settled one by one, and say what was wrong. */
async function completeTogether(line: Line, done: readonly SettledJob[]): Promise<Set<SettledJob>> {
  const answers = await completeMany(
    line,
    done.map(({ held, outcome }) => ({ id: held.id, token: held.token, returnValue: outcome })),
  ).catch(() => [])
  const completed = new Set(done.filter((_one, i) => answers[i]))
  for (const { held } of completed) line.held.delete(held.id)
  return completed
}

async function settle(line: Line, { held, outcome }: SettledJob, log: Logger): Promise<void> {
  try {
    if (!held.lost) await move(line, held, outcome)
  } catch (error) {
    await complain(line, held, error, log)
  } finally {
    line.held.delete(held.id)
  }
}

/** Gives a job back to its queue, where others take it at once. */
export async function giveUp({ worker }: Line, held: HeldJob): Promise<void> {
  const job = await Job.fromId(worker, held.id)
  await job?.moveToWait(held.token)
}

async function complain({ worker }: Line, { id, token }: HeldJob, error: unknown, log: Logger): Promise<void> {
  // A command that is sent again after a reconnect answers "missing lock" although it worked (trap 12).
  const job = await Job.fromId(worker, id).catch(() => undefined)
  const state = await job?.getState().catch(() => 'unknown')
  if (state === 'active')
    log.warn({ jobId: id, token, err: error }, 'Job not settled; it comes again when its lock runs out')
}

function isDone({ status }: Outcome): boolean {
  return status === 'applied' || status === 'already applied' || status === 'superseded'
}

async function move({ worker }: Line, { id, token }: HeldJob, outcome: Outcome): Promise<void> {
  const job = await Job.fromId(worker, id)
  if (!job) return
  switch (outcome.status) {
    case 'applied':
    case 'already applied':
    case 'superseded':
      // false: the default takes another job (trap 1)
      await job.moveToCompleted(outcome, token, false)
      return
    case 'rejected':
      await job.moveToFailed(new UnrecoverableError(withoutSecrets(`${outcome.why}. ${outcome.todo}`)), token, false)
      return
    case 'retry':
      await job.moveToFailed(new RetryError(withoutSecrets(outcome.why), outcome.afterMs), token, false)
      return
    case 'later':
      await job.updateProgress({ waiting: withoutSecrets(outcome.why) })
      await job.moveToDelayed(Date.now() + Math.max(outcome.ms, 20), token)
      return
    default:
      outcome satisfies never
  }
}
