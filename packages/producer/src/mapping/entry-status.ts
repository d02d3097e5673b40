import type { Fault } from './fault.ts'
import type { Disabled } from './mapped.ts'

/** Whether an entry is disabled, and what says so. */
export interface Status {
  readonly disabled: Disabled
  /** The attribute that says so. */
  readonly attribute?: string
  readonly fault?: Fault
}
