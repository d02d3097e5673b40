import { readAbout, jobStatusOf, type AboutEntity } from '@provisioner/shared/ledger/about-entity.ts'
import { workerOf } from '@provisioner/shared/ledger/batch-id.ts'
import type { GuardMeasure } from '@provisioner/shared/ledger/held-change.ts'
import { FailuresText } from '@provisioner/shared/ledger/pending.ts'
import { describePause, pauseOf, readPauses } from '@provisioner/shared/ledger/pauses.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader, type FirstRunState } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { isRemovalQueue, QUEUE_OF, type Operation } from '@provisioner/shared/queues.ts'
import { waitMs } from '@provisioner/shared/quarantine.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { JobOf } from './job-of.ts'

/** What is released and not written yet. */
export interface Waiting {
  readonly operation: Operation
  /** Names of the attributes that it changes. */
  readonly changed: readonly string[]
  /** When it was released, ms since the epoch. */
  readonly since: number
  /** Zendesk's lasting refusal of it. */
  readonly refusal: { readonly code: string; readonly message: string; readonly at: number } | null
  /** How often in a row its job has failed with all its attempts, or was refused, and since when. */
  readonly failures: { readonly times: number; readonly since: number } | null
  /** The pause of an admin's that keeps it back, in words. */
  readonly paused: string | null
  readonly job: JobOf
}

/** What is under way: a worker has it, or Zendesk carries a bulk write out. */
export interface UnderWay {
  /** The worker that has the lease, and until when, ms since the epoch. */
  readonly lease: { readonly worker: string; readonly until: number } | null
  /** The bulk write that closes it, and Zendesk's job status of that. */
  readonly bulkWrite: { readonly batch: string; readonly jobStatus: string | null } | null
  /** Names that were sent and whose answer is not recorded. */
  readonly unconfirmed: readonly string[]
  /** When a creation was sent whose answer is not recorded, ms since the epoch. */
  readonly creationSentAt: number | null
}

/** All that the ledger knows of one user or group. */
export interface KnownOf extends AboutEntity {
  readonly record: UserRecord | GroupRecord | undefined
  /** Whether what the ledger has of it can't be read. */
  readonly isUnreadable: boolean
  /** The release of the first revision since it is known, ms since the epoch: it was linked then, or soon after. */
  readonly firstReleasedAt: number | null
  readonly waiting: Waiting | null
  readonly underWay: UnderWay | null
  readonly measures: Readonly<Record<string, GuardMeasure>>
  readonly firstRun: Pick<FirstRunState, 'status' | 'waiting'>
  /** When the last cycle ended, ms since the epoch. */
  readonly lastCycleAt: number | null
}

/** Reads what the ledger, and BullMQ, have of one user or group. Writes nothing. */
export async function knownOf(
  redis: RedisClient,
  connection: ConnectionConfig,
  { kind, id }: { readonly kind: 'user' | 'group'; readonly id: string },
): Promise<KnownOf> {
  const name = connectionName(connection)
  const reader = new LedgerReader(redis, name)
  const [[record], [fields], about, measures, firstRun, lastCycle, unknowable] = await Promise.all([
    reader.records<UserRecord | GroupRecord>(kind, [id]),
    reader.fields(kind, [id]),
    readAbout(redis, name, { kind, id }),
    reader.measures(),
    reader.firstRun(),
    reader.lastCycle(),
    reader.unknowable(),
  ])
  const raw = typeof fields === 'object' ? (fields as Readonly<Record<string, string | undefined>>) : {}
  const { lease, leaseUntil, outstanding } = raw
  const isLeased = lease !== undefined && Number(leaseUntil) > Date.now()
  const unconfirmed = record?.unconfirmed ?? []
  const creationSentAt = record?.creationSent?.at ?? null
  const isUnderWay = isLeased || outstanding || unconfirmed.length > 0 || creationSentAt !== null
  return {
    ...about,
    record,
    isUnreadable: unknowable.has(`${kind}|${id}`),
    firstReleasedAt: Number(raw['firstRevision'] ?? 0) || null,
    waiting: record ? await waitingOf(redis, connection, record, raw['failures']) : null,
    underWay: isUnderWay
      ? {
          lease: isLeased ? { worker: workerOf(lease), until: Number(leaseUntil) } : null,
          bulkWrite: outstanding
            ? { batch: outstanding, jobStatus: await jobStatusOf(redis, connection.account, outstanding) }
            : null,
          unconfirmed,
          creationSentAt,
        }
      : null,
    measures,
    firstRun,
    lastCycleAt: lastCycle?.endedAt ?? null,
  }
}

async function waitingOf(
  redis: RedisClient,
  connection: ConnectionConfig,
  record: UserRecord | GroupRecord,
  failed: string | undefined,
): Promise<Waiting | null> {
  const { kind, id, revision, appliedRevision, operation, changed, rejection } = record
  if (revision <= appliedRevision || operation === null) return null
  const ref = { connection: connection.id, kind, id }
  const isRefused = rejection !== null && rejection.revision === revision
  // of most nothing waits, and BullMQ is long to read
  const { jobOf } = await import('./job-of.ts')
  const [job, pauses] = await Promise.all([
    jobOf(redis, connectionName(connection), { ref, revision, operation }),
    readPauses(redis, connection.account),
  ])
  const failures = FailuresText.safeParse(failed).data ?? null
  const failing = { kind, operation, changed, refused: isRefused ? rejection.code : null }
  const retryAt = failures && job.state === 'failed' ? failures.at + waitMs(failing, failures.times) : null
  const pause = pauseOf(pauses, connection.id, { takesAway: isRemovalQueue(QUEUE_OF[operation]) })
  return {
    operation,
    changed,
    since: revision,
    refusal: isRefused ? { code: rejection.code, message: rejection.message, at: rejection.at } : null,
    failures: failures && { times: failures.times, since: failures.since },
    paused: pause ? describePause(pause) : null,
    job: { ...job, nextAt: job.nextAt ?? retryAt },
  }
}
