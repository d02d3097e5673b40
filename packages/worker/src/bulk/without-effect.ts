import type { AppliedMembership } from '@provisioner/shared/ledger/record.ts'
import { giveBack } from '../entity/give-back.ts'
import { settlingRequest } from '../entity/leased-request.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import { finishedOf, type Finished } from '../entity/finished.ts'
import { recordWritten } from '../entity/record-written.ts'
import type { Outcome } from '../outcome.ts'
import type { Answer } from '../remedies/answer.ts'
import { applyRemedy } from '../remedies/apply-remedy.ts'
import type { WritePorts } from '../write/attempt.ts'
import type { Operation } from '../write/operation.ts'

/** Forgets the outstanding write of a request without effect, after its entities: killed between, others settle it. */
export async function forgetWith<T>(
  { ledger }: Pick<WritePorts, 'ledger'>,
  id: string,
  writes: readonly PreparedWrite[],
  givenBack: Promise<T>,
): Promise<T> {
  const result = await givenBack
  await ledger.giveBack(
    writes.map((write) => write.job.ref),
    id,
    { dropOutstanding: true },
  )
  return result
}

/**
 * The remedy of an answer that is about all of a request's items. That Zendesk has no such thing says nothing of any of
 * them: nobody is taken for deleted, or unlinked, for that.
 */
export async function remedyAll<W extends PreparedWrite>(
  ports: WritePorts,
  id: string,
  { call, what }: Operation<W>,
  writes: readonly W[],
  answer: Answer,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const finished: Finished[] = []
  const ofEach: Answer = answer.said === 'none such' ? { said: 'again', words: answer.words } : answer
  for (const write of writes) {
    const { job } = write
    const pair = call === 'memberships create' && { pair: write.applied as AppliedMembership }
    const options = settlingRequest(ports, id, job)
    const remedied = await applyRemedy(ports, {
      call,
      job,
      by: id,
      answer: ofEach,
      options,
      looked: answer.said === 'none such',
      ...pair,
    })
    if ('outcome' in remedied) outcomes.set(job.jobId, remedied.outcome)
    else finished.push(finishedOf(write, what, remedied.zendeskId))
  }
  for (const [jobId, outcome] of await recordWritten(ports, finished, id)) outcomes.set(jobId, outcome)
  return outcomes
}

/** Gives all entities back, and lets their jobs wait. */
export async function postpone(
  ports: WritePorts,
  by: string,
  writes: readonly PreparedWrite[],
  why: string,
  ms: number,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const { job } of writes)
    outcomes.set(job.jobId, await giveBack(ports, job, by, { status: 'later', why, ms }, 'none'))
  return outcomes
}
