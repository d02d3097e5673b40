/** Failed logins that an address may make in a window before it has to wait. */
const MAX_FAILURES = 10
/** Length of a window, ms. */
const WINDOW_MS = 5 * 60_000
/** Addresses remembered at most: an attacker with many addresses must not fill the memory. */
const MAX_ADDRESSES = 10_000

/**
 * Slows down the guessing of passwords: ten failures from one address, and it waits until five minutes after the first
 * of them. Even the right password is refused meanwhile, or else guessing would go on.
 */
export class LoginThrottle {
  readonly #failures = new Map<string, { count: number; endsAt: number }>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Milliseconds until the address may try again; 0 when it may now. */
  waitMs(address: string): number {
    const failures = this.#failures.get(address)
    return failures && failures.count >= MAX_FAILURES ? Math.max(0, failures.endsAt - this.#now()) : 0
  }

  recordFailure(address: string): void {
    const now = this.#now()
    const current = this.#failures.get(address)
    const failures = current && current.endsAt > now ? current : { count: 0, endsAt: now + WINDOW_MS }
    failures.count += 1
    this.#failures.delete(address)
    this.#failures.set(address, failures)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest)
  }

  recordSuccess(address: string): void {
    this.#failures.delete(address)
  }
}
