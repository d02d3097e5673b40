/** What the index holds of a user from a moment on. */
export interface Indexed {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly words: string
  readonly emails: readonly string[]
  readonly externalId: string | null
}

/** The state that a search `lagMs` behind the writes finds; none for a user the index has not met yet. */
export function indexedBefore(history: readonly Indexed[], now: number, lagMs: number): Indexed | undefined {
  return history.findLast((entry) => entry.at <= now - lagMs)
}

/** Adds a state and forgets those that no search can reach any more. */
export function remember(history: Indexed[], entry: Indexed, lagMs: number): void {
  const reachable = history.findLastIndex((one) => one.at <= entry.at - lagMs)
  if (reachable > 0) history.splice(0, reachable)
  history.push(entry)
}
