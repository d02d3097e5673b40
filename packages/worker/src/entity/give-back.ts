import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { maskWords } from './mask-words.ts'
import type { OpenJob } from './open-job.ts'

/** Whether a request that failed may have taken effect all the same. */
export type Effect = 'none' | 'unknown'

/**
 * Gives an entity back that was not written: a lasting refusal is recorded and reported as a problem, anything else
 * only ends the lease. That no seat is left is the account's problem, and the job waits. Where the request may have
 * taken effect, what it sent stays unconfirmed: a creation is looked up first.
 *
 * @param by the lease token, or the id of the bulk write
 */
export async function giveBack(
  ports: Needs<'ledger' | 'report' | 'settings' | 'account'>,
  job: OpenJob,
  by: string,
  judged: Outcome,
  effect: Effect,
): Promise<Outcome> {
  const { ledger, report, settings, account } = ports
  const outcome = 'why' in judged ? { ...judged, why: maskWords(judged.why, job.record, settings.masked) } : judged
  if (outcome.status === 'rejected' && outcome.code === 'SEATS_EXHAUSTED') {
    const ms = await account.seats.exhaust(outcome.why)
    return giveBack(ports, job, by, { status: 'later', why: outcome.why, ms }, effect)
  }
  if (outcome.status !== 'rejected') {
    await ledger.giveBack([job.ref], by, { noEffect: effect === 'none' })
    return outcome
  }
  const { code, why, todo, inTheWay = null } = outcome
  const now = Date.now()
  const refusal = { revision: job.record.revision, code, message: why, at: now, inTheWay }
  await ledger.reject(job.ref, by, refusal, { noEffect: effect === 'none' })
  const about = { code, subject: job.ref.kind, id: job.ref.id }
  if (await report.problems.report({ ...about, dn: job.record.dn, what: why, todo }, now)) {
    if (code === 'MEMBERSHIP_SIDE_GONE') await ledger.askForAudit()
    report.log.warn({ problem: about, jobId: job.jobId }, 'Zendesk refuses a change')
  }
  return outcome
}
