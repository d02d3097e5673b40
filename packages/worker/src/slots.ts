import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import { BATCH } from './loop/choose-line.ts'
import type { Line } from './loop/line.ts'
import type { Appetite, Slot } from './loop/pull-loop.ts'
import type { BulkImport } from './outstanding/bulk-import.ts'

/** Jobs pulled for single writes: few enough that a lease outlasts them, enough to keep the budget busy. */
const SINGLES = 20

/** Groups pulled at once: one list of Zendesk's groups serves them all. */
const GROUPS = 50

/**
 * What a queue's jobs need.
 *
 *   queue           | ready | pulled           | job status
 *   ----------------|-------|------------------|-----------
 *   groups          | any   | up to 50         | no: there is no bulk endpoint
 *   users.create    | any   | up to 20         | no, where bulk import is refused
 *   any other       | 1     | 1, sent at once  | no
 *   any other       | 2…    | up to 100        | yes
 */
export async function appetiteOf(
  line: Pick<Line, 'queue' | 'ready'>,
  bulkImport: Pick<BulkImport, 'isAllowed'> | undefined,
): Promise<Appetite> {
  if (line.queue === 'groups') return { jobs: Math.min(line.ready, GROUPS), bulk: false }
  if (line.ready === 1) return { jobs: 1, bulk: false }
  if (line.queue === 'users.create' && !(await bulkImport?.isAllowed()))
    return { jobs: Math.min(line.ready, SINGLES), bulk: false }
  return { jobs: Math.min(line.ready, BATCH), bulk: true }
}

/** Takes slots of the account's budget. A bulk batch takes its job status with it; requests are paid as they go out. */
export function slotTaker(budget: Budget, worker: string) {
  return async (
    line: Pick<Line, 'removal'>,
    appetite: Appetite,
  ): Promise<Slot | { waitMs: number; because: string }> => {
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
