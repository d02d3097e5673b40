import type { HeldChange } from './held-change.ts'

/** What an admin said of one change. Nobody but an admin writes it, and a cycle drops it with the change it is about. */
export interface Decision {
  readonly decision: 'approved' | 'rejected'
  /** Of the change it is about: see `HeldChange.print`. */
  readonly print: string
  /** Who decided: a name at the dashboard, or the user and host of a command. */
  readonly by: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly reason?: string
}

/** Whether a decision is about this change, and not about an earlier one of the same entity. */
export function decisionOn(
  decisions: ReadonlyMap<string, Decision>,
  change: Pick<HeldChange, 'key' | 'print'>,
): Decision | undefined {
  const decision = decisions.get(change.key)
  return decision?.print === change.print ? decision : undefined
}
