import { randomBytes } from 'node:crypto'
import type { Account } from '../account.ts'
import { notFound, Refusal } from '../refusal.ts'

/** Zendesk's classes, with the names that answers have for them. */
const JOB_TYPES = {
  UserBulkCreateJob: 'Bulk Create User',
  UserBulkUpdateJobV2: 'Bulk Update User',
  UserBatchUpdateJob: 'Bulk Create or Update User',
  UserBulkDeleteJob: 'Bulk Delete User',
  GroupMembershipBulkCreateJob: 'Bulk Create Group Membership',
  GroupMembershipBulkDeleteJob: 'Bulk Delete Group Membership',
  TicketBulkUpdateJobV3: 'Bulk Update Ticket',
  TicketBatchUpdateJob: 'Batch Update Ticket',
} as const
export type JobType = keyof typeof JOB_TYPES

/** One item of a batch; returns its result. */
export type JobItem = (position: number) => object

export interface Job {
  readonly id: string
  readonly type: JobType
  /** "Creating User" */
  readonly action: string
  readonly items: readonly JobItem[]
  readonly createdAt: number
  /** Milliseconds since the epoch; items are worked on evenly between the two. */
  readonly startsAt: number
  readonly endsAt: number
  /** Gives up half way, with what was done by then. */
  readonly fails: boolean
  readonly results: object[]
  status: 'queued' | 'working' | 'completed' | 'failed'
  message: string | null
  /** Whether the answer holds no results, though the items were done. */
  readonly hideResults: boolean
}

/** How a batch is to go wrong. */
export interface JobFate {
  readonly delayMs?: number
  readonly fails?: boolean
  readonly hideResults?: boolean
}

const MAX_IN_FLIGHT = 30
const RETENTION_MS = 86_400_000
/** For `jobStatusHost`. */
const OTHER_ORIGIN = 'https://z3n-acme.zendesk.com'

/**
 * Zendesk's asynchronous batches. Nothing happens by itself: whoever looks at the account calls `advance` before, which
 * does the items that are due by then, in the order in which they are.
 */
export class JobStatuses {
  readonly #account: Account
  readonly #jobs = new Map<string, Job>()
  readonly #inFlight = new Set<Job>()

  constructor(account: Account) {
    this.#account = account
  }

  /**
   * Recorded: 2 to 4 s for one item, 7 to 12 s for a hundred.
   *
   * @throws Refusal when 30 are queued or working
   */
  start(type: JobType, action: string, items: readonly JobItem[], fate: JobFate = {}): Job {
    const inFlight = this.inFlight()
    if (inFlight.length >= MAX_IN_FLIGHT) throw this.#tooMany(type, inFlight)
    const { random, settings } = this.#account
    const share = (items.length - 1) / 99
    const now = Date.now()
    const shortest = 2_000 + 5_000 * share
    const spread = 2_000 + 3_000 * share
    const length = (shortest + spread * random()) / settings.clock
    const createdAt = now + (fate.delayMs ?? 0) / settings.clock
    const job: Job = {
      id: `V3-${randomBytes(16).toString('hex')}`,
      type,
      action,
      items,
      fails: fate.fails ?? false,
      createdAt,
      startsAt: createdAt + length * 0.2,
      endsAt: createdAt + length,
      results: [],
      status: 'queued',
      message: null,
      hideResults: fate.hideResults ?? fate.fails ?? false,
    }
    this.#jobs.set(job.id, job)
    this.#inFlight.add(job)
    return job
  }

  inFlight(): Job[] {
    return [...this.#inFlight]
  }

  /** Does what is due. */
  advance(now = Date.now()): void {
    const { later } = this.#account
    while (later[0] && later[0].at <= now) later.shift()!.run()
    const active = this.inFlight()
    for (;;) {
      const next = active
        .filter((job) => job.results.length < (job.fails ? Math.floor(job.items.length / 2) : job.items.length))
        .map((job) => ({ job, at: dueAt(job, job.results.length) }))
        .reduce<{ job: Job; at: number } | undefined>(
          (first, one) => (first && first.at <= one.at ? first : one),
          undefined,
        )
      if (!next || next.at > now) break
      const { job } = next
      job.results.push(job.items[job.results.length]!(job.results.length))
    }
    for (const job of active) {
      if (now >= job.endsAt) {
        this.#inFlight.delete(job)
        job.status = job.fails ? 'failed' : 'completed'
        const when = this.#account.timestamp(job.endsAt).replace('T', ' ').replace('Z', ' +0000')
        job.message = job.status === 'failed' ? `Failed at ${when}` : `Completed at ${when}`
      } else if (now >= job.startsAt) {
        job.status = 'working'
        job.message = job.results.length === 0 ? null : `${job.action} #${job.results.length}`
      }
    }
    for (const job of this.#jobs.values()) {
      if (job.endsAt >= now - RETENTION_MS) break
      this.#jobs.delete(job.id)
    }
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  get(id: string): Job {
    const job = this.#jobs.get(id)
    if (!job) throw notFound()
    return job
  }

  /** Newest first. */
  all(): Job[] {
    return [...this.#jobs.values()].reverse()
  }

  #tooMany(type: JobType, inFlight: readonly Job[]): Refusal {
    const { tooManyJobsStatus, tooManyJobsRetryAfter } = this.#account.settings.unknowns
    return new Refusal(
      tooManyJobsStatus,
      {
        error: 'TooManyJobs',
        description: `Too many ${type} jobs are currently queued or running. Try again later.`,
        current_job_ids: inFlight.map((job) => job.id),
      },
      tooManyJobsRetryAfter ? { 'retry-after': '10' } : {},
    )
  }
}

export function showJob(account: Account, job: Job) {
  const origin = account.settings.unknowns.jobStatusHost === 'another' ? OTHER_ORIGIN : account.origin
  const ended = job.status === 'completed' || job.status === 'failed'
  return {
    id: job.id,
    job_type: JOB_TYPES[job.type],
    url: `${origin}/api/v2/job_statuses/${job.id}.json`,
    total: job.items.length,
    progress: progressOf(job),
    status: job.status,
    message: job.message,
    results: ended && !job.hideResults ? job.results : null,
  }
}

/** How many items are done; null while it is queued. */
export function progressOf({ status, items, results }: Job): number | null {
  return status === 'queued' ? null : status === 'completed' ? items.length : results.length
}

export const IN_FLIGHT_LIMIT = MAX_IN_FLIGHT

function dueAt(job: Job, position: number): number {
  return job.startsAt + ((job.endsAt - job.startsAt) * (position + 1)) / (job.items.length + 1)
}
