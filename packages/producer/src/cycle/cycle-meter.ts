import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'

/** Is told how a connection's cycles end, those of plans included. One that is given back has not ended. */
export interface CycleMeter {
  ended(summary: CycleSummary): void
  failed(): void
  /** Changes went out ahead of a cycle. @param released by operation */
  releasedAhead(released: Readonly<Record<string, number>>): void
}
