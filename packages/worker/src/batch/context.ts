import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Verdict } from '@provisioner/shared/ledger/verdict.ts'
import type { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Lease, LeaseTerms } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { BulkImport } from '../outstanding/bulk-import.ts'
import type { Organizations } from './organizations.ts'
import type { Seats } from './seats.ts'
import type { SingleCreations } from './single-creations.ts'
import type { JobStatusWaiter } from '../outstanding/job-status-poller.ts'

/** What a batch of one connection is sent with. */
export interface BatchContext {
  readonly connection: string
  readonly account: string
  readonly worker: string
  readonly zendesk: ZendeskClient
  readonly ledger: WriteLedger
  readonly reader: LedgerReader
  readonly queues: ChangeQueues
  readonly problems: WriteProblems
  readonly jobStatuses: JobStatusWaiter
  /** Ids of the bulk writes that this worker looks after, from before each is durable until it is settled. */
  readonly bulkWrites: Set<string>
  readonly bulkImport: BulkImport
  /** Zendesk lets two groups have one name: between the look for a name and the POST nobody else may create. */
  takeGroupCreation(terms: LeaseTerms): Promise<Lease | undefined>
  /** Two admins must not each be taken for the one who stays: between the look for the others and the write none may go. */
  takeAdminRemoval(terms: LeaseTerms): Promise<Lease | undefined>
  readonly singleCreations: SingleCreations
  readonly organizations: Organizations
  readonly seats: Seats
  readonly verificationMail: boolean
  readonly protection: ProtectedUsers
  /** Zendesk's id of the user whose credentials are used; null as long as nobody asked. */
  readonly apiUserId: () => Promise<number | null>
  /** Names of attributes whose values nobody is to see. */
  readonly masked: readonly string[]
  readonly oldEmail: 'keep' | 'remove'
  /** How an entry finds a user whom Zendesk has already. */
  readonly match: 'email' | 'external_id'
  /** Time limit of one request, ms; a lease must outlast it. */
  readonly requestTimeoutMs: number
  /** Takes requests of the account's minute: as many as it has now, at least one, for which it waits. Returns how many. */
  takeRequests(upTo: number): Promise<number>
  /** Takes one of Zendesk's job statuses; null when none is free now. */
  takeJobSlot(removal: boolean): Promise<string | null>
  releaseJobSlot(slot: string): Promise<void>
  /** Who owns Zendesk objects; null for nobody. */
  ownersOf(kind: 'user' | 'group', zendeskIds: readonly number[]): Promise<(OwnerRef | null)[]>
  readonly log: Logger
  /** For audit lines, of whose every property we know the name: looking them through for secrets costs 80 µs each. */
  readonly audit: Logger
}

/** A job whose entity is open for writing under the batch's token. */
export interface OpenJob<R extends LedgerRecord = LedgerRecord> {
  readonly jobId: string
  readonly ref: EntityRef
  readonly record: R
  readonly sides: { readonly user: number | null; readonly group: number | null }
}

/** How one batch holds its entities. */
export interface BatchHold {
  /** Lease token and batch id in one. */
  readonly token: string
  readonly removal: boolean
  /** From then on, on `performance.now()`, the leases are made to last anew before a bulk write goes out. */
  readonly renewAt: number
  /** The job-status slot that came with the batch; null when it was pulled for single writes. */
  jobSlot: string | null
  /** What has to hold, besides the lease, right before a single write goes out. */
  readonly more?: () => Promise<boolean>
}

/** Requests of a removal overtake the others at the budget as well. */
export function callOptions(hold: Pick<BatchHold, 'removal'>): { readonly purpose: 'removal' | 'write' } {
  return { purpose: hold.removal ? 'removal' : 'write' }
}

/** Whether an entity that was opened again is as it was when its write was prepared. */
export function isUnchanged(verdict: Verdict | undefined, { record }: Pick<OpenJob, 'record'>): boolean {
  return (
    verdict?.status === 'open' &&
    verdict.record.revision === record.revision &&
    verdict.record.appliedRevision === record.appliedRevision
  )
}
