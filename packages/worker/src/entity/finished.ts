import type { Written } from '@provisioner/shared/ledger/written.ts'
import { suspendsTeamMember, type Suspended } from './end-sessions.ts'
import { sendsSeat } from '@provisioner/shared/loses-seat.ts'
import type { OpenJob } from './open-job.ts'
import { written, type PreparedWrite } from './prepared-write.ts'

/** A write that ended well, to be recorded. */
export interface Finished {
  readonly job: Pick<OpenJob, 'jobId' | 'ref'>
  readonly written: Written
  /** Whom the write has suspended, and who is to be signed out. */
  readonly signsOut?: Suspended | false
  /** Names of what an update sent. */
  readonly sent?: readonly string[]
  /** What the user had whose seat it has taken, as JSON. */
  readonly entitlements?: string | undefined
  /** `created`, `linked`, `updated`, `suspended`, `deleted`…: for the audit line. */
  readonly what: string
}

/** A write that has taken effect. @param zendeskId null leaves the one that is known */
export function finishedOf(write: PreparedWrite, what: string, zendeskId: number | null): Finished {
  const { job } = write
  const done = written(write, zendeskId)
  const isSignedOut = done.zendeskId !== null && suspendsTeamMember(write)
  const { ref, record } = job
  const lostSeat = sendsSeat(write.sent)
  const signsOut = isSignedOut && { id: ref.id, zendeskId: done.zendeskId, label: record.label, lostSeat }
  return { job, what, written: done, signsOut, sent: write.sent, entitlements: write.entitlements }
}
