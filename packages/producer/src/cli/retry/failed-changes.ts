import type { Job, Queue } from 'bullmq'
import { atOnce, partsOf } from '@provisioner/shared/at-once.ts'
import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { jobId, membershipSides } from '@provisioner/shared/entity.ts'
import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { lookAtPending } from '@provisioner/shared/ledger/look-at-pending.ts'
import type { Pending } from '@provisioner/shared/ledger/pending.ts'
import { causeOf } from '@provisioner/shared/quarantine.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { JobStates } from '../../cycle/job-states.ts'
import type { CliConnection } from '../session.ts'

/** The cause of what failed for a passing reason, as the problem of it is called. */
export const PASSING = 'CHANGE_FAILS'

/** Jobs looked at per round trip, and round trips under way at once. */
const CHUNK = 200
const AT_ONCE = 4

/** A change that waits because it failed with all its attempts, or because Zendesk refused it. */
export interface FailedChange {
  readonly one: Pending
  readonly queue: Queue
  /** Undefined where somebody has removed it. */
  readonly job: Job | undefined
  /** The code of Zendesk's refusal, or `CHANGE_FAILS`. */
  readonly cause: string
  /** Why it failed last, in words. */
  readonly reason: string
}

/** Who is asked for: a user or a group, by the directory id, and with either all of its memberships. */
export interface Whose {
  readonly kind: 'user' | 'group'
  readonly id: string
  readonly label: string
  readonly dn: string
}

/** What of a connection has failed or was refused, the oldest first. What is under way again is left out. */
export async function findFailedChanges(
  redis: RedisClient,
  connection: CliConnection,
  queues: ChangeQueues,
): Promise<FailedChange[]> {
  const name = connectionName(connection)
  const members = await new LedgerReader(redis, name).pending()
  const states = new JobStates({ looksAtAll: true })
  const found = await atOnce(partsOf(members, CHUNK), AT_ONCE, async (part) => {
    const pending = (await lookAtPending(redis, name, part)).filter((one) => one.ready && !one.writing)
    const jobs = pending.map((one) => ({ queue: queues.of(one.operation), id: jobId(one.ref, one.revision) }))
    const stateOf = await states.of(jobs)
    return await Promise.all(
      pending.map(async (one, i): Promise<FailedChange[]> => {
        const { queue, id } = jobs[i]!
        const isGone = stateOf[i] === 'missing' && one.refused !== null
        if (stateOf[i] !== 'failed' && !isGone) return []
        const job = isGone ? undefined : await queue.getJob(id)
        const cause = one.refused ?? PASSING
        const reason = withoutSecrets(job?.failedReason || 'its job was removed')
        // a worker begins the reason of a refusal with its code
        return [{ one, queue, job, cause, reason: reason.replace(`${cause}: `, '') }]
      }),
    )
  })
  return found.flat(2)
}

/** Whether a change is of a user or a group that is asked for, or of a membership of theirs. */
export function isOf({ one: { ref } }: FailedChange, { kind, id }: Whose): boolean {
  if (ref.kind !== 'membership') return ref.kind === kind && ref.id === id
  const { groupId, userId } = membershipSides(ref.id)
  return (kind === 'user' ? userId : groupId) === id
}

/** Causes with how many changes have each, the most frequent first, and what is said most often of it. */
export function causesOf(changes: readonly FailedChange[]): { cause: string; count: number; reason: string }[] {
  const mostFrequent = <T>(groups: Map<string, T[]>) => [...groups].toSorted(([, a], [, b]) => b.length - a.length)
  return mostFrequent(Map.groupBy(changes, ({ cause }) => cause)).map(([cause, some]) => {
    const [[, alike] = ['', some]] = mostFrequent(Map.groupBy(some, ({ reason }) => causeOf(reason)))
    return { cause, count: some.length, reason: alike[0]!.reason }
  })
}
