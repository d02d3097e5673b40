import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { OutstandingItem } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Applied, IntendedCreation, LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Written } from '@provisioner/shared/ledger/write-ledger.ts'
import type { OpenJob } from './context.ts'

/** One entity's write, ready to be sent alone or with others. */
export interface PreparedWrite<R extends LedgerRecord = LedgerRecord> {
  readonly job: OpenJob<R>
  readonly body: UserAttributes
  /** Names of what an update or a removal changes: unsure, once it is sent, until it is recorded. */
  readonly sent: readonly string[]
  /** What Zendesk holds when it succeeds; null when the object is gone. */
  readonly applied: Applied | null
  readonly email: string | null
  readonly externalId: string | null
  readonly suspendedByUs: boolean
}

/** How to find what a creation made, should its answer be lost. */
export function intentOf({ job, email, externalId }: PreparedWrite): Omit<IntendedCreation, 'at'> {
  return { name: email ?? job.record.label, externalId }
}

/** What the ledger is told when the write has succeeded. */
export function written(write: PreparedWrite, zendeskId: number | null): Written {
  const { record, ref } = write.job
  return {
    ref,
    revision: record.revision,
    applied: write.applied,
    zendeskId: zendeskId ?? record.zendeskId,
    origin: record.origin ?? (write.applied === null ? null : 'created'),
    suspendedByUs: write.suspendedByUs,
  }
}

/** The write as it is kept with the outstanding bulk write, for whoever settles it. */
export function outstandingItem(write: PreparedWrite): OutstandingItem {
  const { record, ref, jobId } = write.job
  return {
    jobId,
    kind: ref.kind,
    id: ref.id,
    revision: record.revision,
    email: write.email,
    externalId: write.externalId,
    zendeskId: record.zendeskId,
    applied: write.applied === null ? null : JSON.stringify(write.applied),
    suspendedByUs: write.suspendedByUs,
    sent: write.sent,
  }
}
