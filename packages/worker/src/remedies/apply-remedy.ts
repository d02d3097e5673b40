import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { losesSeat } from '@provisioner/shared/loses-seat.ts'
import { giveBack } from '../entity/give-back.ts'
import type { OpenJob } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { adoptDuplicate } from './adopt-duplicate.ts'
import { answerOf, effectOf, type Answer } from './answer.ts'
import { deletionRefusal, membershipSideGone, refusalOf } from './describe-refusal.ts'
import { plainOutcome, rejected } from './plain-outcome.ts'
import { findMembership, isShown } from './read-back.ts'
import { remedyFor, type Call } from './remedy-table.ts'
import { suspendInstead } from './suspend-instead.ts'

/** A write that did not succeed. */
export interface FailedWrite {
  readonly call: Call
  readonly job: OpenJob
  readonly answer: Answer
  /** The lease token, or the id of the bulk write, that has the entity. */
  readonly by: string
  /** Of requests that the remedy sends: they ask, right before they go out, whether the entity is still ours. */
  readonly options: CallOptions
  /** Whether Zendesk was asked already if the object is there. */
  readonly looked?: boolean
  /** The pair of Zendesk ids that a membership is added for. */
  readonly pair?: { readonly userZendeskId: number; readonly groupZendeskId: number }
}

/** The write has done what it was to do after all; or the job's outcome, and the entity is given back. */
export type Remedied = { readonly done: true; readonly zendeskId: number | null } | { readonly outcome: Outcome }

type Account = Needs<'ledger' | 'records' | 'zendesk' | 'settings' | 'account' | 'report'>

/** Does what the table of remedies says about a write that did not succeed. */
export async function applyRemedy(ports: Account, failed: FailedWrite): Promise<Remedied> {
  const { job, answer, by, options } = failed
  const isDowngrade = failed.call === 'users update' && losesSeat(job.record as UserRecord)
  const call = isDowngrade ? 'users downgrade' : failed.call
  const { label } = job.record
  const back = async (outcome: Outcome) => ({ outcome: await giveBack(ports, job, by, outcome, effectOf(answer)) })
  const remedy = remedyFor(call, answer, failed.looked)
  switch (remedy) {
    case 'is done':
      return { done: true, zendeskId: null }
    case 'look whether it is there': {
      if (answer.said === 'none such') return applyRemedy(ports, await afterLook(ports, failed))
      const look = await findMembership(ports, failed.pair!).then(
        (membership) => ({ membership }),
        (error: unknown) => ({ answer: answerOf(error) }),
      )
      if ('answer' in look) return applyRemedy(ports, { ...failed, answer: look.answer, looked: true })
      if (look.membership) return { done: true, zendeskId: look.membership.id }
      return applyRemedy(ports, { ...failed, looked: true })
    }
    case 'link the holder':
      return { outcome: await adoptDuplicate(ports, job as OpenJob<UserRecord>, by) }
    case 'suspend instead':
      return { outcome: await suspendInstead(ports, job as OpenJob<UserRecord>, by, answer.words, options) }
    case 'look for it': {
      await ports.ledger.unlink(job.ref, by)
      const which = job.record.zendeskId === null ? `such ${job.ref.kind}` : `${job.ref.kind} ${job.record.zendeskId}`
      const why = `Zendesk has no ${which} any more (${answer.words}); it is looked for`
      // An attempt, and not for free: whom Zendesk shows and then denies would be looked for without end.
      return { outcome: { status: 'retry', why } }
    }
    case 'say who is gone':
      return back(membershipSideGone(label, answer.words))
    case 'say why it stays': {
      const id = job.record.zendeskId
      const group = id === null ? undefined : await ports.zendesk.groups.show(id).catch(() => undefined)
      const refusal = deletionRefusal(label, answer.words, group?.default === true)
      return back(refusal ? rejected(...refusal) : refusalOf(call, label, answer))
    }
    case 'report':
      return back(refusalOf(call, label, answer))
    case 'write again':
      // Given back unconfirmed. The next batch that opens the entity looks it up first (`batch/lost-creation.ts`).
      return back(
        answer.said === 'unclear' && answer.lost
          ? { status: 'later', why: answer.words, ms: WAITS.lostAnswerMs }
          : plainOutcome(answer),
      )
    case 'wait':
    case 'try again':
      return back(plainOutcome(answer))
    default:
      throw new TypeError(`No remedy ${String(remedy satisfies never)}`)
  }
}

/**
 * Zendesk denies an object: it may mean another one, or a part of it. One that it shows all the same is tried again, at
 * the cost of an attempt.
 *
 * @throws ZendeskError
 */
async function afterLook(ports: Account, failed: FailedWrite): Promise<FailedWrite> {
  const { record } = failed.job
  if (!(await isShown(ports, record))) return { ...failed, looked: true }
  const words = `Zendesk shows ${record.kind} '${record.label}', and denies that there is one: ${failed.answer.words}`
  return { ...failed, answer: { said: 'again', words }, looked: true }
}
