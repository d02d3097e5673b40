import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { OutstandingItem } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Applied, SentCreation, LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'
import type { OpenJob } from './open-job.ts'

/** One entity's write, ready to be sent alone or with others. */
export interface PreparedWrite<R extends LedgerRecord = LedgerRecord> {
  readonly job: OpenJob<R>
  readonly body: UserAttributes
  /** Names of what an update or a removal changes: unconfirmed, once it is sent, until it is recorded. */
  readonly sent: readonly string[]
  /** What Zendesk holds when it succeeds; null when the object is gone. */
  readonly applied: Applied | null
  readonly email: string | null
  readonly externalId: string | null
  readonly suspendedByUs: boolean
  /** What the user has who loses their seat with it (`Entitlements`), as JSON. */
  readonly entitlements?: string
}

/** How to find what a creation made, should its answer be lost. */
export function creationOf({ job, email, externalId }: PreparedWrite): Omit<SentCreation, 'at'> {
  return { name: email ?? job.record.label, externalId }
}

/** What the ledger is told when the write has succeeded. @param zendeskId null leaves the one that is known */
export function written(write: PreparedWrite, zendeskId: number | null): Written {
  const { record, ref } = write.job
  const id = zendeskId ?? record.zendeskId
  return {
    ref,
    revision: record.revision,
    applied: withMembershipId(write.applied, zendeskId),
    zendeskId: id,
    origin: record.origin ?? (write.applied === null ? null : 'created'),
    suspendedByUs: write.suspendedByUs,
  }
}

/** What Zendesk holds: a membership's id is known by the answer only. */
export function withMembershipId(applied: Applied | null, zendeskId: number | null): Applied | null {
  if (applied === null || zendeskId === null || !('membershipZendeskId' in applied)) return applied
  return { ...applied, membershipZendeskId: zendeskId }
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
    ...(write.entitlements !== undefined && { entitlements: write.entitlements }),
  }
}
