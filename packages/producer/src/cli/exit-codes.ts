import type { Level } from '@provisioner/shared/ledger/troubles.ts'

/**
 * How commands end: `done` also where there is nothing to do, `changes` where a plan has some and was asked to say so,
 * `held` where an admin's word is missing.
 */
export const EXIT = { done: 0, failed: 1, changes: 3, held: 4 } as const

/** How `provisioner status` ends, for monitoring: the worst of the connections counts. */
export const STATUS_CODES: Readonly<Record<Level, number>> = { well: 0, degraded: 3, stopped: 4 }

/** What `--help` says of it. */
export const STATUS_HELP = `
Exit codes, for monitoring:
  0  all is well; entries may have problems, and changes be held
  1  it can't be told: Redis does not answer, or the command failed
  2  the configuration or the command line can't work
  3  degraded: something waits for an admin, or a part does not go on
  4  stopped: no cycle runs, or nothing is written to Zendesk
What it is stands first, and in --json under "troubles".`
