import type { Operation } from '../queues.ts'

/** What the guard counts apart. A clearing is counted per attribute: `clearings:phone`. */
export type GuardCategory = 'users' | 'groups' | 'memberships' | `clearings:${string}`

/** A change that is kept back until an admin approves. It is never desired before that. */
export interface HeldChange {
  /** `kind|id`, and for a clearing `kind|id|attribute`. */
  readonly key: string
  readonly category: GuardCategory
  readonly operation: Operation
  readonly dn: string
  readonly label: string
  /** Why it would be done: `deleted`, `disabled`, `out of scope`, `not in the directory's group`, `emptied`. */
  readonly cause: string
  /** Milliseconds since the epoch. */
  readonly since: number
  /** `approved` is carried out by the next cycle if it still stands; `rejected` stays held and is not asked about again. */
  readonly decision: 'none' | 'approved' | 'rejected'
}
