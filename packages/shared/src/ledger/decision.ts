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

/** A held change with what an admin said of it. */
export interface DecidedChange extends HeldChange {
  readonly decision: Decision | undefined
}

/** An admin's word on a change, as it is looked up later: the change may not be held any more. */
export interface DecisionMade extends HeldChange, Pick<Decision, 'by' | 'at' | 'reason'> {
  readonly verdict: Verdict
}

/** What an admin can say of a held change. */
export type Verdict = 'approve' | 'approve --include-rejected' | 'reject' | 'undecide'
export type DecisionState = 'undecided' | Decision['decision']

/**
 * What becomes of a change by an admin's word. A decision is changed only by who says that they mean the decided ones.
 *
 *   it is     | approve   | approve --include-rejected | reject   | undecide
 *   ----------|-----------|----------------------------|----------|----------
 *   undecided | approved  | approved                   | rejected | undecided
 *   approved  | approved  | approved                   | approved | undecided
 *   rejected  | rejected  | approved                   | rejected | undecided
 */
export function stateAfter(state: DecisionState, verdict: Verdict): DecisionState {
  if (verdict === 'undecide') return 'undecided'
  if (state === 'undecided') return verdict === 'reject' ? 'rejected' : 'approved'
  return verdict === 'approve --include-rejected' ? 'approved' : state
}

export function stateOf({ decision }: DecidedChange): DecisionState {
  return decision?.decision ?? 'undecided'
}

/** Whether a decision is about this change, and not about an earlier one of the same entity. */
export function decisionOn(
  decisions: ReadonlyMap<string, Decision>,
  change: Pick<HeldChange, 'key' | 'print'>,
): Decision | undefined {
  const decision = decisions.get(change.key)
  return decision?.print === change.print ? decision : undefined
}
