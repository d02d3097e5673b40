/** How much longer than the request's time limit a lease lasts, ms: clocks and the way to Redis. */
export const LEASE_SLACK_MS = 10_000

/** When leases that are taken now have to be made to last anew before a bulk write, on `performance.now()`, ms. */
export function renewalTime(): number {
  return performance.now() + LEASE_SLACK_MS / 2
}
