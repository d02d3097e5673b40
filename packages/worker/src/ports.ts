import type { TicketsWay } from '@provisioner/shared/config/leavers-tickets.ts'
import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Pause } from '@provisioner/shared/ledger/pauses.ts'
import type { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Lease, LeaseTerms } from '@provisioner/shared/lease.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import type { OpenJob } from './entity/open-job.ts'
import type { PreparedWrite } from './entity/prepared-write.ts'
import type { Outcome } from './outcome.ts'

/**
 * What writing needs of the world: a handful of small interfaces, which `connection-ports.ts` fills in for each
 * connection.
 * A function says which of them it needs: `Needs<'ledger' | 'zendesk'>`.
 */
export interface Ports {
  readonly settings: WriteSettings
  /** The connection's entities: leases, outstanding writes, and what was written. */
  readonly ledger: WriteLedger
  readonly records: RecordsPort
  readonly zendesk: ZendeskClient
  readonly limits: LimitsPort
  readonly bulk: BulkPort
  readonly account: AccountPort
  readonly report: ReportPort
  /** Where the jobs of memberships go that waited for a user or a group. */
  readonly queues: Pick<ChangeQueues, 'add'>
}

export type Needs<Port extends keyof Ports> = Pick<Ports, Port>

/** Of the configuration, and of this process. */
export interface WriteSettings {
  readonly connection: string
  readonly account: string
  readonly worker: string
  readonly verificationMail: boolean
  /** Whether the sessions of team members end with their suspension. */
  readonly logoutOnRemove: boolean
  /** Whether new agents leave the account's default group, into which Zendesk puts them unasked. */
  readonly leavesAccountDefault: boolean
  /** Who has the open tickets of leavers, and the tag that they get. */
  readonly tickets: TicketsWay
  readonly ticketTag: string | undefined
  /** Whether what a leaver has is read before they go: their tickets, or what goes with their seat. */
  readonly readsLeavers: boolean
  readonly oldEmail: 'keep' | 'remove'
  /** How an entry finds a user whom Zendesk has already. */
  readonly match: 'email' | 'external_id'
  /** Names of attributes whose values nobody is to see. */
  readonly masked: readonly string[]
  /** Time limit of one request, ms; a lease must outlast it. */
  readonly requestTimeoutMs: number
}

/** What the ledger knows of others than the entities of a batch. */
export interface RecordsPort extends Pick<LedgerReader, 'records' | 'closedBy' | 'entitlementsOf'> {
  /** Who owns Zendesk objects; null for nobody. */
  ownersOf(kind: 'user' | 'group', zendeskIds: readonly number[]): Promise<(OwnerRef | null)[]>
}

/** The account's limits, which all workers share. */
export interface LimitsPort {
  /**
   * Takes requests of the account's minute: as many as it has now, at least one, for which it waits. Returns how many.
   */
  takeRequests(upTo: number): Promise<number>
  /** Takes one of Zendesk's job statuses; null when none is free now. */
  takeJobSlot(removal: boolean): Promise<string | null>
  releaseJobSlot(slot: string): Promise<void>
  readonly singleCreations: SingleCreationsPort
}

/**
 * What single creations of a worker go through: a place in which one is paid for, then a lane in which it is under way.
 */
export interface SingleCreationsPort {
  /** Counts a batch as unsent until it is disposed of. */
  enter(): Disposable
  /** Takes up to `count` places. Returns how many. */
  take(count: number): Promise<number>
  giveBack(count: number): void
  /** Takes a lane, until what it returns is disposed of. */
  lane(): Promise<Disposable>
}

/**
 * How an outstanding write came to its end, and what trying again costs of those of whom nothing is known:
 *
 *   a job status | Zendesk has ended it, and may say nothing of an item   | an attempt
 *   unknown      | the answer was lost, and with it the job status's id   | none: it is nobody's fault
 *   forgotten    | Zendesk does not show the job status that it has given | an attempt
 *   failed       | Zendesk's error does not say whether it took effect    | an attempt: it may be for one of the items
 */
export type Ending = JobStatus | 'unknown' | 'forgotten' | 'failed'

/** Bulk writes and their job statuses. */
export interface BulkPort {
  readonly leases: BulkLeasesPort
  /** Resolves when the job status has ended, whoever polled it. Rejects when the worker stops. */
  endingOf(jobStatusId: string): Promise<Ending>
  /**
   * For a bulk request whose answer was lost: resolves when no job status that could be its own still runs. Those that
   * Redis has recorded are other bulk writes'.
   */
  untilNoneRuns(): Promise<'unknown'>
  readonly bulkImport: BulkImportPort
}

/** The leases on bulk writes: one worker at a time settles one. */
export interface BulkLeasesPort {
  /** Takes the lease on a write, until what it returns is disposed of. Undefined while another worker has it. */
  take(batch: string): Promise<AsyncDisposable | undefined>
}

/** Whether the account lets users be created in bulk. */
export interface BulkImportPort {
  isAllowed(): Promise<boolean>
  /**
   * Whether Zendesk has taken a bulk creation of this worker's. Until then one is a trial: its refusal holds for all.
   */
  readonly wasTaken: boolean
  accept(): Promise<void>
  refuse(): Promise<void>
}

/** What admins have paused. */
export interface PausesPort {
  /** The pause that keeps a write of the connection back, if there is one. */
  of(connection: string, write: { readonly takesAway: boolean }): Promise<Pause | undefined>
}

/** What an account has, and what must not be done to it twice at once. */
export interface AccountPort {
  readonly pauses: PausesPort
  readonly seats: SeatsPort
  readonly organizations: OrganizationsPort
  readonly protection: ProtectedUsers
  /** Zendesk's id of the user whose credentials are used; null as long as nobody asked. */
  readonly apiUserId: () => Promise<number | null>
  /** Zendesk lets two groups have one name: between the look for a name and the POST nobody else may create. */
  takeGroupCreation(terms: LeaseTerms): Promise<Lease | undefined>
  /**
   * Two admins must not each be taken for the one who stays: between the look for the others and the write none may go.
   */
  takeAdminRemoval(terms: LeaseTerms): Promise<Lease | undefined>
  /** One batch at a time reads what several leavers have. */
  takeLeaversTurn(terms: LeaseTerms): Promise<Lease | undefined>
  /** Tokens of the batches that wait for that turn here. */
  readonly awaitingTurn: Set<string>
}

/** Whether the account has a seat for another agent. */
export interface SeatsPort {
  /** Milliseconds until another try; 0 when seats are not known to be exhausted. */
  waitMs(): Promise<number>
  /** Remembers a refusal. Returns the milliseconds to wait. */
  exhaust(words: string): Promise<number>
  /** A write that needed a seat has got one. */
  free(): Promise<void>
}

/** The organizations that `missing: create` asks for. */
export interface OrganizationsPort {
  /**
   * The writes with ids in the place of names. @throws ZendeskError for a passing reason: then nothing is to be sent
   */
  resolve<W extends PreparedWrite<UserRecord>>(writes: readonly W[]): Promise<W[]>
}

export interface TracesPort {
  /** Those of the jobs that somebody follows. */
  of<J extends OpenJob>(jobs: readonly J[]): Promise<J[]>
  /** Sends one of them, and keeps what is asked of Zendesk meanwhile, and its outcome. */
  run(job: OpenJob, send: () => Promise<Outcome>): Promise<Outcome>
}

/** What people are told. */
export interface ReportPort {
  readonly problems: WriteProblems
  /** Writes that somebody follows step by step. */
  readonly traces: TracesPort
  readonly log: Logger
  /** For audit lines, of whose every property we know the name: looking them through for secrets costs 80 µs each. */
  readonly audit: Logger
}
