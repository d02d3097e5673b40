import { RETRY_POLICY } from '@provisioner/shared/retry-policy.ts'

/** An error whose job is to be tried again after a time that Zendesk named, ms. */
export class RetryError extends Error {
  override name = 'RetryError' as const
  readonly retryAfterMs: number | undefined

  constructor(message: string, retryAfterMs?: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * How long a failed job waits, ms: what Zendesk asked for, else exponential from 1 s, capped at 5 min, with half of it
 * random so that jobs that failed together do not come back together.
 * @param attempts attempts made, from 1
 * @param random in [0, 1)
 */
export function backoffMs(attempts: number, error: unknown, random: number = Math.random()): number {
  if (error instanceof RetryError && error.retryAfterMs !== undefined) return error.retryAfterMs
  const full = Math.min(RETRY_POLICY.longestBackoffMs, RETRY_POLICY.firstBackoffMs * 2 ** (attempts - 1))
  return Math.round(full / 2 + (full / 2) * random)
}
