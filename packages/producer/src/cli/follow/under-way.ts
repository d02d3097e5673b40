import { jobId, membershipSides } from '@provisioner/shared/entity.ts'
import { parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { jobOf } from '../explain/job-of.ts'

/** A change that comes again within this is waited for, ms; what waits for longer needs more than a moment. */
const SOON_MS = 2 * WAITS.limitMs

/** A released change of one entity that is not written yet. */
export interface Waiting {
  readonly what: string
  readonly jobId: string
  /** BullMQ's word for its job, or `refused` of what Zendesk refuses for good. */
  readonly state: string
  readonly reason: string | null
  /** Whether it is written within a moment. */
  readonly isUnderWay: boolean
}

/** What is released and not written of a user and their memberships, or of a group and its members. */
export async function waitingOf(
  { redis, reader, connection }: { redis: RedisClient; reader: LedgerReader; connection: CliConnectionName },
  entity: EntityName,
): Promise<Waiting[]> {
  const members = (await reader.pending()).map(parseEntityMember).filter((one) => isOf(one, entity))
  const waiting: Waiting[] = []
  for (const { kind, id } of members) {
    const [record] = await reader.records(kind, [id])
    if (!record?.operation) continue
    const { revision, operation, label: what, rejection } = record
    const ref = { connection: connection.id, kind, id }
    if (rejection) {
      waiting.push({
        what,
        jobId: jobId(ref, revision),
        state: 'refused',
        reason: rejection.message,
        isUnderWay: false,
      })
      continue
    }
    const job = await jobOf(redis, connectionName(connection), { ref, revision, operation })
    const isSoon = job.state === 'delayed' && job.nextAt !== null && job.nextAt < Date.now() + SOON_MS
    const isUnderWay = isSoon || ['waiting', 'prioritized', 'active'].includes(job.state)
    waiting.push({ what, jobId: jobId(ref, revision), state: job.state, reason: job.reason, isUnderWay })
  }
  return waiting
}

type CliConnectionName = { readonly id: string; readonly account: string }

function isOf({ kind, id }: EntityName, entity: EntityName): boolean {
  if (kind !== 'membership') return kind === entity.kind && id === entity.id
  const { userId, groupId } = membershipSides(id)
  return entity.id === (entity.kind === 'user' ? userId : groupId)
}

/** Puts jobs before all others of their queues: those that wait, and those that would come again later. */
export async function putFirst(queues: ChangeQueues, waiting: readonly Waiting[]): Promise<void> {
  for (const { jobId: id, state } of waiting) {
    if (state !== 'waiting' && state !== 'delayed') continue
    for (const queue of queues.all()) {
      const job = await queue.getJob(id)
      // a worker may have taken it since
      if (state === 'delayed') await job?.promote().catch(() => {})
      await job?.changePriority({ priority: 0, lifo: true }).catch(() => {})
    }
  }
}
