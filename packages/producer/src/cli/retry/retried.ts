import type { Trouble } from '@provisioner/shared/ledger/troubles.ts'

export interface RetryOptions {
  /** A code: of Zendesk's refusal, or `CHANGE_FAILS`. */
  readonly cause?: string
  readonly user?: string
  readonly group?: string
  readonly all: boolean
  /** Why; is kept in the history. */
  readonly reason?: string
  readonly wait: boolean
  /** How long to wait for each connection, ms. */
  readonly timeout: number
  readonly json: boolean
}

/** A change as it is told. */
export interface ToldChange {
  readonly kind: string
  readonly id: string
  readonly dn: string
  readonly label: string
  readonly operation: string
  readonly cause: string
  readonly reason: string
}

/** What came of one connection. */
export interface Retried {
  readonly connection: string
  /** All that has failed or was refused, by cause. */
  readonly causes: readonly { readonly cause: string; readonly count: number; readonly reason: string }[]
  /** Those that were retried; null where only the causes were asked for. */
  readonly retried: readonly ToldChange[] | null
  /** Those of them that failed or were refused again; null where that was not waited for. */
  readonly again: readonly ToldChange[] | null
  /** What keeps them from being tried now. */
  readonly standing: readonly Trouble[]
}
