import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { atOnce, partsOf } from '@provisioner/shared/at-once.ts'
import type { ChangeJob, ChangeQueues } from '@provisioner/shared/change-job.ts'
import { jobId } from '@provisioner/shared/entity.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Pending } from '@provisioner/shared/ledger/pending.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { removeJob } from '@provisioner/shared/unreadable-job.ts'
import { FailedJobs, type FailedJob } from './failed-jobs.ts'
import { whoseWayIsFree } from './free-ways.ts'
import { JobStates } from './job-states.ts'
import { noteUnreadable } from './note-unreadable.ts'

/** Jobs looked at per round trip, and round trips under way at once. */
const CHUNK = 200
const AT_ONCE = 4

const UNREADABLE = 'Job removed that cannot be read, and added anew. Find out what else writes to this Redis'

/** Where it looks, and mends. */
export interface HealIn {
  readonly ledger: CycleLedger
  readonly reader: LedgerReader
  readonly queues: ChangeQueues
  readonly log: Logger
}

/**
 * Looks after what was released but never applied:
 *
 *   job                     | what is done
 *   ------------------------|-------------------------------------------------
 *   missing                 | added
 *   on no list of its queue | removed and added
 *   can't be read           | the same, and told; what a worker has of it, the worker removes
 *   completed, not applied  | a new revision, a new job
 *   failed                  | waits, longer each time (`failed-jobs.ts`), and is retried with its attempts reset
 *   the same, but the entry in the way changed since | a new revision, a new job
 *   waiting, active         | none
 *
 * Of a deep queue the jobs that wait are looked at in full cycles alone. A queue that was emptied or obliterated by
 * hand is whole again after one cycle. Returns how many were healed.
 */
export async function heal(
  { ledger, reader, queues, log }: HealIn,
  members: readonly string[],
  { full, now }: { full: boolean; now: number },
): Promise<number> {
  const failedJobs = new FailedJobs({ ledger, log, full, now })
  const jobStates = new JobStates({ looksAtAll: full })
  const healed = await atOnce(partsOf(members, CHUNK), AT_ONCE, async (part) => {
    const looked = await ledger.lookAt(part)
    const known = new Set(looked.map(({ ref }) => formatEntityMember(ref)))
    await noteUnreadable(
      reader,
      part.filter((member) => !known.has(member)),
    )
    const pending = looked.filter((one) => one.ready && !one.writing)
    const jobs = pending.map((one) => ({ queue: queues.of(one.operation), id: jobId(one.ref, one.revision) }))
    const states = await jobStates.of(jobs)
    const missing: ChangeJob[] = []
    const stale: Pending[] = []
    const failed: FailedJob[] = []
    for (const [i, one] of pending.entries()) {
      const state = states[i]
      const { queue, id } = jobs[i]!
      const isBroken = state === 'unreadable' || state === 'lost'
      const isRemoved = isBroken && (await removeJob(queue, id))
      if (isRemoved && state === 'unreadable') log.warn({ queue: queue.name, jobId: id }, UNREADABLE)
      if (state === 'missing' || isRemoved) missing.push(toJob(one, one.revision))
      if (state === 'completed') stale.push(one)
      if (state === 'failed') failed.push({ one, queue, id })
    }
    return (await failedJobs.look(failed)) + (await add(ledger, queues, missing, stale))
  })
  const freed = await add(ledger, queues, [], await whoseWayIsFree(reader, failedJobs.blocked))
  return healed.reduce((sum, count) => sum + count, freed + (await failedJobs.probe()))
}

/** Adds jobs, and those of new revisions for what is stale. Returns how many. */
async function add(
  ledger: CycleLedger,
  queues: ChangeQueues,
  missing: readonly ChangeJob[],
  stale: readonly Pending[],
): Promise<number> {
  const revisions = await ledger.reissue(stale)
  const reissued = stale.flatMap((one, i) => (revisions[i] == null ? [] : [toJob(one, revisions[i])]))
  await queues.add([...missing, ...reissued])
  return missing.length + reissued.length
}

/** The job of a revision that waits. */
export function toJob(one: Pending, revision: number): ChangeJob {
  return { ref: one.ref, revision, operation: one.operation, data: { what: one.label, changed: one.changed } }
}
