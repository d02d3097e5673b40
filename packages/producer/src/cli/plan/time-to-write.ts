import { formatDuration } from '@provisioner/shared/duration.ts'
import type { Operation } from '@provisioner/shared/queues.ts'

/** Items of one bulk request: https://developer.zendesk.com/api-reference/ticketing/users/users/ */
const AT_ONCE = 100
/** A job status of a full batch takes 7 to 12 s, ms. */
const JOB_MS = 9_000
/** So many times what the limit alone makes needs another reason. */
const LONGER = 1.5
/** Zendesk's job statuses at a time. */
const JOBS_AT_ONCE = 30

/** How many requests changes take, and how long Zendesk needs for them. */
export interface TimeToWrite {
  readonly requests: number
  /** Requests a minute that the account grants us at the moment. */
  readonly perMinute: number
  readonly ms: number
}

/** What of an account the time depends on. */
export interface Pace {
  readonly perMinute: number
  /** Whether users can only be created one by one. */
  readonly bulkImportRefused: boolean
}

/**
 * Estimates how long changes take at the account's limit, whatever else waits to be written.
 *
 *   operation                 | requests        | with a job status
 *   --------------------------|-----------------|------------------
 *   create user               | 1 of 100 users  | each
 *   the same, no bulk import  | 1 of each       | none
 *   any other of users        | 1 of 100 users  | each
 *   create group              | 2: it is looked for first | none
 *   any other of groups       | 1               | none
 *   memberships               | 1 of 100        | each
 *
 * Members are added once their users are there, so that their job statuses follow those of users.
 */
export function timeToWrite(counts: Readonly<Partial<Record<Operation, number>>>, pace: Pace): TimeToWrite {
  let [requests, jobs] = [0, 0]
  for (const [operation, count] of Object.entries(counts) as [Operation, number][]) {
    const alone = operation === 'create user' && pace.bulkImportRefused
    if (operation.endsWith('group')) requests += operation === 'create group' ? 2 * count : count
    else if (alone || count === 1) requests += count
    else {
      const batches = Math.ceil(count / AT_ONCE)
      requests += batches
      jobs += batches
    }
  }
  const inARow = isMany(counts, 'create user') && isMany(counts, 'add member') ? 2 : 1
  const jobsMs = jobs === 0 ? 0 : Math.max((jobs * JOB_MS) / JOBS_AT_ONCE, inARow * JOB_MS)
  const ms = Math.max((requests / Math.max(pace.perMinute, 1)) * 60_000, jobsMs)
  return { requests, perMinute: pace.perMinute, ms: Math.round(ms) }
}

/** `Time: about 3 min, for 1200 requests at 560 a minute.`; undefined where nothing is to be written. */
export function describeTime({ requests, perMinute, ms }: TimeToWrite): string | undefined {
  if (requests === 0) return undefined
  const many = requests === 1 ? '1 request' : `${requests} requests`
  const isForJobs = ms > LONGER * (requests / Math.max(perMinute, 1)) * 60_000
  const jobs = isForJobs ? ', and what Zendesk takes for those in bulk' : ''
  return `Time: about ${formatDuration(Math.max(1_000, ms))}, for ${many} at ${perMinute} a minute${jobs}.`
}

function isMany(counts: Readonly<Partial<Record<Operation, number>>>, operation: Operation): boolean {
  return (counts[operation] ?? 0) > 1
}
