/** What the index holds of a user from a moment on. */
export interface Indexed {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly words: string
  readonly emails: readonly string[]
  readonly externalId: string | null
}

/** What the index holds of a ticket from a moment on. */
export interface IndexedTicket {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly assigneeId: number | null
  readonly status: string
}

/** The state that a search `lagMs` behind the writes finds; none for a user the index has not met yet. */
export function indexedBefore<T extends { readonly at: number }>(
  history: readonly T[],
  now: number,
  lagMs: number,
): T | undefined {
  return history.findLast((entry) => entry.at <= now - lagMs)
}

/** Adds a state and forgets those that no search can reach any more. */
export function remember<T extends { readonly at: number }>(history: T[], entry: T, lagMs: number): void {
  const reachable = history.findLastIndex((one) => one.at <= entry.at - lagMs)
  if (reachable > 0) history.splice(0, reachable)
  history.push(entry)
}
