import type { ChangeEvent } from '@provisioner/shared/history/event.ts'
import type { EntityName } from '@provisioner/shared/ledger/entity-member.ts'

/** From here on it is no number of the history's: the change is released, and waits to be written. */
export const WAITING = 2 ** 52

/** A change as the history has it. */
export interface PastChange {
  /** Its number in the history, by which people name it; a greater one came later. See `WAITING`. */
  readonly seq: number
  readonly event: ChangeEvent
  /** Names of attributes that it changed, and of which the history has no values. */
  readonly masked?: readonly string[]
}

/** Where the changes are read that may be undone: one account's history. Lists have the oldest first. */
export interface ChangeSource {
  /** The changes with these numbers, as far as there are any. */
  withNumbers(seqs: readonly number[]): Promise<PastChange[]>
  /** The changes that a cycle has released. @param cycle as `CycleEvent.cycle` has it */
  ofCycle(cycle: number): Promise<PastChange[]>
  /** Of a user or group, and of its memberships, since then (ms since the epoch). */
  about(connection: string, one: EntityName, since: number): Promise<PastChange[]>
  /** What has become of these since that number: of themselves, and not of their memberships. */
  after(connection: string, entities: readonly EntityName[], seq: number): Promise<PastChange[]>
}
