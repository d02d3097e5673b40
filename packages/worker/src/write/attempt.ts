import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { giveBack } from '../entity/give-back.ts'
import type { Needs } from '../ports.ts'
import { answerOf } from '../remedies/answer.ts'
import { applyRemedy, type FailedWrite, type Remedied } from '../remedies/apply-remedy.ts'
import { plainOutcome } from '../remedies/plain-outcome.ts'

/** What single writes need, whatever comes of them. */
export type WritePorts = Needs<
  'ledger' | 'records' | 'zendesk' | 'settings' | 'account' | 'report' | 'queues' | 'limits' | 'bulk'
>

/** Sends requests for one entity. What fails gets its remedy, and the entity is given back with that. */
export async function attempt<T>(
  ports: WritePorts,
  write: Omit<FailedWrite, 'answer'>,
  send: () => Promise<T>,
): Promise<{ readonly sent: T } | Remedied> {
  try {
    return { sent: await send() }
  } catch (error) {
    return applyRemedy(ports, { ...write, answer: answerOf(error) }).catch(async (failure: unknown) => {
      // a look at Zendesk that the remedy begins with: nothing was written since
      if (!(failure instanceof ZendeskError)) throw failure
      return { outcome: await giveBack(ports, write.job, write.by, plainOutcome(answerOf(failure)), 'none') }
    })
  }
}
