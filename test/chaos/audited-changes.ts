import { parseJobId, type Kind } from '@provisioner/shared/entity.ts'

/** A change of which a worker has said in its log that it recorded it. */
export interface AuditedChange {
  readonly kind: Kind
  readonly id: string
  /** Of its job, or older than what was written. */
  readonly revision: number
  readonly outcome: 'applied' | 'refused'
  /** When it was said, ms since the epoch. */
  readonly at: number
}

/** By the outcomes of jobs. */
const OUTCOMES = { applied: 'applied', rejected: 'refused' } as const

/** The audit lines among what a run's processes said, each with its ms since the run began. */
export function auditedChanges(log: readonly string[], startedAt: number): AuditedChange[] {
  return log.flatMap((line) => {
    const [, ms, text] = /^ *(\d+) worker \d+ (\{.*"audit":true.*\})$/.exec(line) ?? []
    if (text === undefined) return []
    const { jobId, outcome } = JSON.parse(text) as { jobId: string; outcome: string } // a line of ours
    const job = parseJobId(jobId)
    if (!job || !(outcome in OUTCOMES)) return []
    const { kind, id } = job.ref
    return [
      {
        kind,
        id,
        revision: job.revision,
        outcome: OUTCOMES[outcome as keyof typeof OUTCOMES],
        at: startedAt + Number(ms),
      },
    ]
  })
}
