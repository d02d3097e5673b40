import type { AnswerHeaders } from '../rate-headers.ts'

/** Removals overtake: two job statuses and 5 % of the minute are kept for them. */
export type Purpose = 'removal' | 'write' | 'read'

/** What one request needs. All of it is taken, or none. */
export interface Need {
  /** Requests of the account's minute. */
  readonly requests: number
  readonly purpose: Purpose
  /** One of Zendesk's job statuses, taken until it is released. */
  readonly jobSlot?: boolean
  /** The user whom `PUT /users/{id}` is to write: one a second in the account, five a minute for each user. */
  readonly singleUserWrite?: string
  /** A bulk write that was seen to be counted with those: one a second in the account. */
  readonly amongSingleUserWrites?: boolean
  /** Who takes it, for the dashboard: a worker's name. */
  readonly holder: string
}

/** Why a need has to wait. */
export type Because =
  | 'account limit'
  | 'job statuses'
  | 'single user writes'
  | 'one user'
  | 'paused by Zendesk'
  | 'exports'

export type Grant =
  | { readonly taken: true; readonly slotId: string | null }
  | { readonly taken: false; readonly waitMs: number; readonly because: Because }

/** What an answer 429 pauses. */
export type PauseScope = 'account' | 'single-user-write' | 'job-statuses' | 'exports' | `user:${string}`

export interface BudgetSnapshot {
  /** Requests a minute that Zendesk grants the account. */
  readonly limit: number
  /** Requests a minute that we may send at the moment. */
  readonly ratePerMinute: number
  /** What was left of the account's minute at the last answer; null when no answer told. */
  readonly remaining: number | null
  /** Milliseconds until the minute begins anew; null when unknown. */
  readonly resetMs: number | null
  /** Requests a minute that the account's other integrations take, as far as we can tell. */
  readonly othersPerMinute: number
  readonly jobSlots: {
    readonly taken: number
    /** What other integrations hold, as far as answers told in the last seconds. */
    readonly others: number
    readonly total: number
    readonly holders: Readonly<Record<string, number>>
  }
  /** Pauses in force: milliseconds that are left. */
  readonly pauses: Readonly<Record<string, number>>
}

/** The limits that Zendesk sets an account and that all our workers share. */
export interface Budget extends AsyncDisposable {
  /** Takes what a request needs, or says how long to wait at the least, and why. */
  tryTake(need: Need): Promise<Grant>
  /** Waits until it is granted. @throws the signal's reason when it is aborted */
  take(need: Need, signal?: AbortSignal): Promise<{ readonly slotId: string | null }>
  /** Gives a job status back. A slot that is not taken any more is no error. */
  releaseJobSlot(slotId: string): Promise<void>
  /** The job statuses that are taken, and those of them that were taken here and not given back. */
  takenJobSlots(): Promise<{ readonly all: readonly string[]; readonly own: ReadonlySet<string> }>
  /** Keeps a job status for another 15 minutes. False when its lease had ended. */
  extendJobSlot(slotId: string): Promise<boolean>
  /** Calls back whenever any worker gave a job status back. Disposing ends it. */
  onSlotReleased(listener: () => void): Disposable
  /** Learns from an answer's headers. */
  observe(headers: AnswerHeaders): void
  /** Holds a scope back for a time, ms, as a 429 asks for. */
  pause(scope: PauseScope, ms: number): Promise<void>
  snapshot(): Promise<BudgetSnapshot>
}
