import type { EntityRef } from '@provisioner/shared/entity.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Verdict } from '@provisioner/shared/ledger/verdict.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'

/** A job whose entity is open for writing under the batch's token. */
export interface OpenJob<R extends LedgerRecord = LedgerRecord> {
  readonly jobId: string
  readonly ref: EntityRef
  readonly record: R
  readonly sides: { readonly user: number | null; readonly group: number | null }
}

/** What the jobs of one batch are written with. */
export interface Batch {
  /** Of the leases on its entities. */
  readonly token: string
  readonly removal: boolean
  /** From then on, on `performance.now()`, the leases are made to last anew before a bulk write goes out. */
  renewAt: number
  /** The job-status slot that came with the batch; null when it was pulled for single writes. */
  jobSlot: string | null
  /** Whether something of it takes something away: it waits while an admin has paused removals. */
  takesAway: boolean
  /** What has to hold, besides the lease, right before a single write goes out. */
  readonly more?: () => Promise<boolean>
  /** Lets another batch read what its leavers have: this one has read what it needs. */
  readonly endTurn?: () => Promise<void>
}

/** Requests of a removal overtake the others at the budget as well. */
export function callOptions({
  removal,
  takesAway,
}: Pick<Batch, 'removal' | 'takesAway'>): Pick<CallOptions, 'purpose' | 'takesAway'> {
  return { purpose: removal ? 'removal' : 'write', takesAway }
}

/** Whether an entity that was opened again is as it was when its write was prepared. */
export function isUnchanged(verdict: Verdict | undefined, { record }: Pick<OpenJob, 'record'>): boolean {
  return (
    verdict?.status === 'open' &&
    verdict.record.revision === record.revision &&
    verdict.record.appliedRevision === record.appliedRevision
  )
}
