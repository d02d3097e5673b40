import { parseJobId, type EntityRef } from '@provisioner/shared/entity.ts'
import { newBatchId } from '@provisioner/shared/ledger/batch-id.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { GroupRecord, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { Verdict } from '@provisioner/shared/ledger/verdict.ts'
import type { ChangeQueue } from '@provisioner/shared/queues.ts'
import { LEASE_SLACK_MS, renewalTime } from '../entity/lease-times.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import { PausedError } from '../paused-error.ts'
import type { WritePorts } from '../write/attempt.ts'
import { auditLine, type Audited } from './audit-line.ts'
import { takesAway } from '../entity/takes-away.ts'
import { sendFollowed } from './followed.ts'
import { pausedJobs } from './paused.ts'
import { takeTurn, type Turn } from './leavers-turn.ts'
import { sendGroups } from './send-groups.ts'
import { sendMemberships } from './send-memberships.ts'
import { sendUsers } from './send-users.ts'
import { shieldedJobs } from './shielded.ts'

const AFTER_OTHERS: Outcome = {
  status: 'later',
  why: 'Other leavers wait already to have read what they have',
  ms: WAITS.anotherWriteMs,
}

/**
 * Opens the entities of pulled jobs, sends what the ledger wants written, and gives each job its outcome.
 *
 * Jobs of one entity are one write: the others come out as superseded by it, or come again later.
 */
export async function sendBatch(
  ports: WritePorts,
  { queue, jobIds, ...slot }: { queue: ChangeQueue; jobIds: readonly string[]; jobSlot: string | null },
): Promise<Map<string, Outcome>> {
  const pulled = { token: newBatchId(ports.settings.worker), removal: queue.endsWith('.remove'), ...slot }
  const isToRead = queue === 'users.remove' && jobIds.length > 1 && ports.settings.readsLeavers
  let turn: Turn | undefined
  const endTurn = async () => turn?.[Symbol.asyncDispose]()
  const batch: Batch = { ...pulled, takesAway: false, renewAt: renewalTime(), endTurn }
  try {
    if (isToRead) turn = await takeTurn(ports, batch)
    if (isToRead && !turn) return new Map(jobIds.map((jobId) => [jobId, AFTER_OTHERS]))
    batch.renewAt = renewalTime()
    return await sendOpened(ports, batch, jobIds)
  } finally {
    await endTurn().catch((error: unknown) => ports.report.log.debug({ err: error }, 'Turn not ended; its lease will'))
    // nothing was left to write, or a single write was enough
    if (batch.jobSlot !== null)
      await ports.limits
        .releaseJobSlot(batch.jobSlot)
        .catch((error: unknown) => ports.report.log.warn({ err: error }, 'Slot not released; its lease will end'))
  }
}

async function sendOpened(ports: WritePorts, batch: Batch, jobIds: readonly string[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const jobs = new Map<string, { jobId: string; ref: EntityRef; others: string[] }>()
  for (const jobId of jobIds) {
    const parsed = parseJobId(jobId)
    if (!parsed || parsed.ref.connection !== ports.settings.connection) {
      outcomes.set(jobId, notOurs(jobId))
      continue
    }
    const key = formatEntityMember(parsed.ref)
    const known = jobs.get(key)
    if (known) known.others.push(jobId)
    else jobs.set(key, { jobId, ref: parsed.ref, others: [] })
  }

  const list = [...jobs.values()]
  const verdicts =
    list.length > 0 ? await ports.ledger.open(list, batch.token, ports.settings.requestTimeoutMs + LEASE_SLACK_MS) : []
  const open: OpenJob[] = []
  const audited = new Map<string, Audited>()
  list.forEach(({ jobId, ref }, i) => {
    const verdict = verdicts[i]!
    if (verdict.status === 'open') {
      const { record, sides } = verdict
      open.push({ jobId, ref, record, sides })
      audited.set(jobId, { ref, operation: record.operation, label: record.label, changed: record.changed })
    } else {
      outcomes.set(jobId, outcomeOf(verdict, jobId))
      if (verdict.status === 'done') audited.set(jobId, { ref, ...verdict.last })
    }
  })

  const paused = await pausedJobs(ports, batch, open)
  const unpaused = open.filter(({ jobId }) => !paused.has(jobId))
  const shielded = await shieldedJobs(ports, batch, unpaused)
  batch.takesAway = unpaused.some(takesAway)
  const going = unpaused.filter(({ jobId }) => !shielded.has(jobId))
  const followed = await sendFollowed(ports, batch, going, (own, job) => sendOpen(ports, own, [job]))
  const sent = await sendOpen(
    ports,
    batch,
    going.filter(({ jobId }) => !followed.has(jobId)),
  )
  for (const [jobId, outcome] of [...paused, ...shielded, ...followed, ...sent]) outcomes.set(jobId, outcome)
  for (const { jobId, others } of list) {
    const outcome = outcomes.get(jobId)
    for (const other of others)
      outcomes.set(
        other,
        isDone(outcome)
          ? { status: 'superseded', why: `Written together with ${jobId}` }
          : { status: 'later', why: `Waits for ${jobId}`, ms: WAITS.anotherWriteMs },
      )
  }
  for (const [jobId, about] of audited) {
    const outcome = outcomes.get(jobId)
    if (outcome) auditLine(ports, jobId, about, outcome)
  }
  return outcomes
}

async function sendOpen(ports: WritePorts, batch: Batch, open: readonly OpenJob[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  try {
    const of = (kind: string) => open.filter((job) => job.ref.kind === kind)
    const parts = [
      await sendUsers(ports, batch, of('user') as OpenJob<UserRecord>[]),
      await sendGroups(ports, batch, of('group') as OpenJob<GroupRecord>[]),
      await sendMemberships(ports, batch, of('membership') as OpenJob<MembershipRecord>[]),
    ]
    for (const part of parts) for (const [jobId, outcome] of part) outcomes.set(jobId, outcome)
  } catch (error) {
    const isPaused = error instanceof PausedError
    if (!isPaused) ports.report.log.warn({ err: error }, 'Batch interrupted; what it did not write is tried again')
    const why = error instanceof Error ? error.message : String(error)
    const outcome: Outcome = isPaused ? { status: 'later', why, ms: WAITS.pausedMs } : { status: 'retry', why }
    for (const job of open) if (!outcomes.has(job.jobId)) outcomes.set(job.jobId, outcome)
  }
  return outcomes
}

function isDone(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'applied' || outcome?.status === 'already applied' || outcome?.status === 'superseded'
}

function outcomeOf(verdict: Exclude<Verdict, { status: 'open' }>, jobId: string): Outcome {
  switch (verdict.status) {
    case 'gone':
      return { status: 'superseded', why: 'The ledger has no such entity any more' }
    case 'done':
      return verdict.appliedRevision > (parseJobId(jobId)?.revision ?? 0)
        ? { status: 'superseded', why: `Revision ${verdict.appliedRevision} is applied` }
        : { status: 'already applied', zendeskId: verdict.zendeskId }
    case 'leased':
      return {
        status: 'later',
        why: 'Another worker writes it',
        ms: Math.max(WAITS.shortestLeaseMs, Math.min(verdict.until - Date.now(), WAITS.longestLeaseMs)),
      }
    case 'outstanding':
      return { status: 'later', why: `Its bulk write ${verdict.batch} has not ended`, ms: WAITS.outstandingMs }
    case 'not ready':
      return {
        status: 'superseded',
        why: 'The user or the group is not linked, or the user is no team member; it comes again when they are',
      }
    case 'after additions':
      return {
        status: 'later',
        why: "The user's additions go first: an agent must be in a group",
        ms: WAITS.anotherWriteMs,
      }
    default:
      throw new TypeError(`No outcome for ${JSON.stringify(verdict satisfies never)}`)
  }
}

function notOurs(jobId: string): Outcome {
  return {
    status: 'rejected',
    code: 'JOB_UNKNOWN',
    why: `Job '${jobId}' names no entity of this connection`,
    todo: 'Remove it: jobs are made by the producer, and an edited or duplicated one says nothing',
  }
}
