/**
 * The retry policy: what a job that could not be written waits for, and for how long.
 *
 * A passing error costs an attempt, and the job comes back with back-off; when all are used up it shows as failed, and
 * a cycle retries it with a full set, later each time (`quarantine.ts`). Whatever is nobody's fault, a limit or another
 * write, costs none: the job waits.
 */
export const RETRY_POLICY = {
  /** With back-off these take about ten minutes. */
  attempts: 8,
  /** The wait after the first attempt, doubled with each that follows, and the longest, ms. Half of it is random. */
  firstBackoffMs: 1_000,
  longestBackoffMs: 5 * 60_000,
} as const

/** How a failed job is retried: with all its attempts. Left to itself, BullMQ gives a spent job a single one. */
export const WITH_ALL_ATTEMPTS = { resetAttemptsMade: true, resetAttemptsStarted: true } as const

/** How long a job waits that is not tried, at no cost, ms. `Retry-After` counts first where Zendesk sends it. */
export const WAITS = {
  /** One of Zendesk's limits, which names no time. */
  limitMs: 10_000,
  /** All job statuses of the account are in use. */
  jobStatusMs: 2_000,
  /** An admin has to mend the account's credentials. */
  credentialsMs: 15_000,
  /** The OAuth client lacks a scope. Longer: other calls may work, and need the account's requests. */
  scopeMs: 120_000,
  /** No seat is left for another agent: buying or freeing one takes a person. */
  seatMs: 10 * 60_000,
  /** An admin has paused it. */
  pausedMs: 2_000,
  /** Another job, worker or admin write has the entity, or had it since. */
  anotherWriteMs: 1_000,
  /** The shortest and the longest wait for the end of another worker's lease. */
  shortestLeaseMs: 200,
  longestLeaseMs: 2_000,
  /** A bulk write that includes the entity has not ended. */
  outstandingMs: 2_000,
  /** The bulk write's answer was lost, and what it did is looked up. */
  lostAnswerMs: 500,
  /** Another worker gives names to groups. */
  namingMs: 300,
  /** Another entry is to give up an address first, and as much again at random. */
  addressMs: 500,
  /** Zendesk's search index lags by seconds to minutes. */
  searchIndexMs: 15_000,
  /** Something was found out or mended, and the job goes on at once. */
  atOnceMs: 20,
} as const
