import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { SingleCreations } from './batch/single-creations.ts'
import { BATCH } from './loop/choose-line.ts'
import type { Line } from './loop/line.ts'
import type { Appetite } from './loop/pull-loop.ts'
import type { NoSlot, Slot } from './loop/take-slots.ts'
import type { BulkImportPort } from './ports.ts'

/** Groups pulled at once: one list of Zendesk's groups serves them all. */
const GROUPS = 50

/**
 * What a queue's jobs need.
 *
 *   queue           | ready | pulled           | batches at once | job status
 *   ----------------|-------|------------------|-----------------|-----------
 *   groups          | any   | up to 50         | 1               | no: there is no bulk endpoint
 *   users.create    | any   | 20 to 100        | 3, see below    | no, where bulk import is refused
 *   users.create    | 2…    | up to 100        | 1               | yes, while nobody knows if bulk import is refused
 *   any other       | 1     | 1, sent at once  | 1               | no
 *   any other       | 2…    | up to 100        | any number      | yes
 *
 * Of single creations, as many are pulled as go out in a few seconds, and the next batch as soon as all of the one
 * before are under way or about to be; a third one may still be recorded.
 */
export async function appetiteOf(
  line: Pick<Line, 'queue' | 'ready'>,
  bulkImport: Pick<BulkImportPort, 'isAllowed' | 'wasTaken'>,
  singleCreations: Pick<SingleCreations, 'isBusy' | 'worthPulling'>,
): Promise<Appetite> {
  if (line.queue === 'groups') return { jobs: Math.min(line.ready, GROUPS), bulk: false, batches: 1 }
  if (line.ready === 1) return { jobs: 1, bulk: false, batches: 1 }
  if (line.queue === 'users.create' && !(await bulkImport.isAllowed()))
    return {
      jobs: Math.min(line.ready, singleCreations.worthPulling),
      bulk: false,
      batches: singleCreations.isBusy ? 1 : 3,
    }
  const isTrial = line.queue === 'users.create' && !bulkImport.wasTaken
  return { jobs: Math.min(line.ready, BATCH), bulk: true, batches: isTrial ? 1 : Infinity }
}

/** Takes slots of the account's budget. A bulk batch takes its job status with it; requests are paid as they go out. */
export function slotTaker(budget: Budget, worker: string) {
  return async (line: Pick<Line, 'removal'>, appetite: Appetite): Promise<Slot | NoSlot> => {
    const answer = await budget.tryTake({
      requests: 0,
      purpose: line.removal ? 'removal' : 'write',
      jobSlot: appetite.bulk,
      holder: worker,
    })
    if (!answer.taken) return { waitMs: answer.waitMs, because: answer.because }
    const jobSlot = appetite.bulk ? answer.slotId : null
    return { jobSlot, release: async () => void (jobSlot !== null && (await budget.releaseJobSlot(jobSlot))) }
  }
}
