import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { SingleCreations } from './batch/single-creations.ts'
import { BATCH } from './loop/choose-line.ts'
import type { Line } from './loop/line.ts'
import type { Appetite } from './loop/pull-loop.ts'
import type { NoSlot, Slot } from './loop/take-slots.ts'
import type { BulkImport } from './outstanding/bulk-import.ts'

/** Jobs pulled for single writes: few enough that a lease outlasts them, enough to keep the budget busy. */
const SINGLES = 20

/** Groups pulled at once: one list of Zendesk's groups serves them all. */
const GROUPS = 50

/**
 * What a queue's jobs need.
 *
 *   queue           | ready | pulled           | batches at once | job status
 *   ----------------|-------|------------------|-----------------|-----------
 *   groups          | any   | up to 50         | 1               | no: there is no bulk endpoint
 *   users.create    | any   | up to 20         | 2, see below    | no, where bulk import is refused
 *   users.create    | 2…    | up to 100        | 1               | yes, while nobody knows whether bulk import is refused
 *   any other       | 1     | 1, sent at once  | 1               | no
 *   any other       | 2…    | up to 100        | any number      | yes
 *
 * Of single creations, the next batch is pulled while the last requests of the one before are under way.
 */
export async function appetiteOf(
  line: Pick<Line, 'queue' | 'ready'>,
  bulkImport: Pick<BulkImport, 'isAllowed' | 'wasTaken'>,
  singleCreations: Pick<SingleCreations, 'isBusy'>,
): Promise<Appetite> {
  if (line.queue === 'groups') return { jobs: Math.min(line.ready, GROUPS), bulk: false, batches: 1 }
  if (line.ready === 1) return { jobs: 1, bulk: false, batches: 1 }
  if (line.queue === 'users.create' && !(await bulkImport.isAllowed()))
    return { jobs: Math.min(line.ready, SINGLES), bulk: false, batches: singleCreations.isBusy ? 1 : 2 }
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
