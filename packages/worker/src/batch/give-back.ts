import type { Outcome } from '../outcome.ts'
import type { BatchContext, OpenJob } from './context.ts'
import type { Effect } from './judge-error.ts'
import { maskWords } from './mask-words.ts'

/**
 * Gives an entity back that was not written: a lasting refusal is recorded and reported as a problem, anything else
 * only ends the lease. That no seat is left is the account's problem, and the job waits. Where the request may have taken effect, a creation's intent stays and is looked up first.
 */
export async function giveBack(
  context: BatchContext,
  job: OpenJob,
  by: string,
  judged: Outcome,
  effect: Effect,
): Promise<Outcome> {
  const { ledger, problems, log } = context
  const outcome = 'why' in judged ? { ...judged, why: maskWords(judged.why, job.record, context.masked) } : judged
  if (outcome.status === 'rejected' && outcome.code === 'SEATS_EXHAUSTED') {
    const ms = await context.seats.exhaust(outcome.why)
    return giveBack(context, job, by, { status: 'later', why: outcome.why, ms }, effect)
  }
  if (outcome.status !== 'rejected') {
    await ledger.letGo([job.ref], by, { noEffect: effect === 'none' })
    return outcome
  }
  const { code, why, todo, inTheWay = null } = outcome
  const now = Date.now()
  await ledger.reject(job.ref, by, { revision: job.record.revision, code, message: why, at: now, inTheWay })
  const problem = { code, subject: job.ref.kind, id: job.ref.id, dn: job.record.dn, what: why, todo }
  if (await problems.report(problem, now)) {
    if (code === 'MEMBERSHIP_SIDE_GONE') await ledger.askForAudit()
    log.warn({ problem: { code, subject: job.ref.kind, id: job.ref.id }, jobId: job.jobId }, 'Zendesk refuses a change')
  }
  return outcome
}
