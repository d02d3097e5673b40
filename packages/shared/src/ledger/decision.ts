import { z } from 'zod'
import { HeldChange } from './held-change.ts'

/**
 * What an admin said of one change. Nobody but an admin writes it, and a cycle drops it with the change it is about.
 */
export const Decision = z.object({
  decision: z.enum(['approved', 'rejected']),
  /** Of the change it is about: see `HeldChange.print`. */
  print: z.string(),
  /** Who decided: a name at the dashboard, or the user and host of a command. */
  by: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  reason: z.string().exactOptional(),
})
export type Decision = Readonly<z.infer<typeof Decision>>

/** A held change with what an admin said of it. */
export interface DecidedChange extends HeldChange {
  readonly decision: Decision | undefined
}

/** What an admin can say of a held change. */
export const Verdict = z.enum(['approve', 'approve --include-rejected', 'reject', 'undecide'])
export type Verdict = z.infer<typeof Verdict>

/** An admin's word on a change, as it is looked up later: the change may not be held any more. */
export const DecisionMade = z.object({
  ...HeldChange.shape,
  ...Decision.pick({ by: true, at: true, reason: true }).shape,
  verdict: Verdict,
})
export type DecisionMade = Readonly<z.infer<typeof DecisionMade>>
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
