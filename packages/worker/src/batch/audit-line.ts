import type { EntityRef } from '@provisioner/shared/entity.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'

/** What an audit line says of a change, from the ledger: a job's data can be edited in Bull Board. */
export interface Audited {
  readonly ref: EntityRef
  readonly operation: string | null
  readonly label: string
  /** Names of the changed attributes, never their values. */
  readonly changed: readonly string[]
}

/**
 * Writes the one line that a change leaves in the log: who, what, which attributes by name, job, Zendesk id, outcome.
 * What only waits its turn leaves none; a passing failure is for whoever debugs.
 */
export function auditLine({ report }: Needs<'report'>, jobId: string, about: Audited, outcome: Outcome): void {
  if (outcome.status === 'later') return
  const level = outcome.status === 'rejected' ? 'warn' : outcome.status === 'retry' ? 'debug' : 'info'
  const { status, ...detail } = outcome
  const { what: done, ...rest } = { what: undefined, ...detail }
  report.audit[level](
    {
      audit: true,
      operation: about.operation,
      kind: about.ref.kind,
      id: about.ref.id,
      what: about.label,
      changed: about.changed,
      jobId,
      outcome: status,
      done,
      ...rest,
    },
    'Change',
  )
}
