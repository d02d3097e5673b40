import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { parseJobId } from '@provisioner/shared/entity.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'

/** A queue in which more jobs wait is deep: a look at each of them, in each cycle, would take longer than the cycle. */
const DEEP = 5_000

/**
 * Entities, as `kind|id`, with a job that waits in a deep queue. Whoever takes such a job looks at it; should it be one
 * that can't be read, or of an older revision, the first cycle that finds the queue less deep mends that.
 */
export async function waitingInDeepQueues(queues: Pick<ChangeQueues, 'all'>): Promise<Set<string>> {
  const members = new Set<string>()
  for (const queue of queues.all()) {
    if ((await queue.getWaitingCount()) <= DEEP) continue
    for (const id of await queue.getRanges(['waiting'], 0, -1)) {
      const job = parseJobId(id)
      if (job) members.add(formatEntityMember(job.ref))
    }
  }
  return members
}
