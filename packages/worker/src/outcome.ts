import type { InTheWay } from '@provisioner/shared/ledger/record.ts'
import type { ChangeQueue } from '@provisioner/shared/queues.ts'
import type { RefusalCode } from '@provisioner/shared/refusal-codes.ts'

/** What became of one job. Only `retry` costs one of its attempts. */
export type Outcome =
  /** Written, or found to hold already what it should. `zendeskId` is null when the object is gone. */
  | { readonly status: 'applied'; readonly what: string; readonly zendeskId: number | null }
  | { readonly status: 'already applied'; readonly zendeskId: number | null }
  /** A newer revision was applied, or the entity is no more. */
  | { readonly status: 'superseded'; readonly why: string }
  /** Zendesk refuses, and will refuse again until somebody changes something. */
  | {
      readonly status: 'rejected'
      readonly code: RefusalCode
      readonly why: string
      readonly todo: string
      /** Whose change may clear the way. */
      readonly inTheWay?: InTheWay
    }
  /** A passing error: tried again with back-off, or after what Zendesk asked for (ms). */
  | { readonly status: 'retry'; readonly why: string; readonly afterMs?: number }
  /** Not its turn: a limit, a lease, another write. Comes again after `ms` at no cost. */
  | { readonly status: 'later'; readonly why: string; readonly ms: number }

/** Told of each job what became of it, as often as it was tried. */
export type OnOutcome = (line: { readonly connection: string; readonly queue: ChangeQueue }, outcome: Outcome) => void

/** The outcomes of what needed no request: what was to be applied was there. */
export function alreadyApplied(outcomes: ReadonlyMap<string, Outcome>): Map<string, Outcome> {
  return new Map(
    [...outcomes].map(([jobId, outcome]) => [
      jobId,
      outcome.status === 'applied' ? { status: 'already applied', zendeskId: outcome.zendeskId } : outcome,
    ]),
  )
}
