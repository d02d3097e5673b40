import type { Job, Queue } from 'bullmq'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Pending } from '@provisioner/shared/ledger/pending.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import {
  causeOf,
  countFailure,
  isDue,
  PROBE_MS,
  waitMs,
  type Failing,
  type Failures,
} from '@provisioner/shared/quarantine.ts'
import { WITH_ALL_ATTEMPTS } from '@provisioner/shared/retry-policy.ts'

/** So many jobs that have ended are looked at for the newest that was written: not all of them were. */
const LOOKED_AT = 20

const WAITS = 'Job failed with all its attempts, and waits; it is tried again later each time that it fails so'

/** An entity whose job has failed. */
export interface FailedJob {
  readonly one: Pending
  readonly queue: Queue
  readonly id: string
}

/** A failed job, and what is known of how it fails. */
interface Counted extends FailedJob {
  readonly job: Job
  readonly failing: Failing
  readonly failures: Failures
  readonly isDue: boolean
}

/**
 * Has failed jobs wait, longer each time that they fail with the same cause, and retries those whose time has come.
 * That a job is retried is noted first: a cycle that dies in between is made good by the next one, and nothing is
 * counted twice.
 *
 *   job                                            | what is done
 *   -----------------------------------------------|--------------------------------------------------
 *   whose wait is over                             | retried with its attempts reset
 *   failed while nothing was written, and by now something was | the same
 *   refused, and may be asked anew                 | the same
 *   any in a full cycle, but refused users         | the same
 *   one of several that failed while nothing was written | the same, one at a time: it finds out whether that is over
 *   others                                         | wait, and that is told
 */
export class FailedJobs {
  readonly #o: { readonly ledger: CycleLedger; readonly log: Logger; readonly full: boolean; readonly now: number }
  readonly #written = new Map<Queue, Promise<number>>()
  /** Those that wait, by their queue, and failed while nothing of it was written. */
  readonly #alone = new Map<Queue, Counted[]>()
  /** Those that wait because another entry is in their way. */
  readonly blocked: Pending[] = []

  constructor(options: { ledger: CycleLedger; log: Logger; full: boolean; now: number }) {
    this.#o = options
  }

  /** Counts them, and retries those that are due. Returns how many. */
  async look(failed: readonly FailedJob[]): Promise<number> {
    const counted = (await Promise.all(failed.map((one) => this.#count(one)))).filter((one) => one !== undefined)
    const news = counted.filter((one) => one.isDue || one.failures !== one.one.failures)
    await this.#note(news)
    for (const { one, failures, isDue: due, queue, failing } of news)
      // of a refusal the worker has told
      if (!due && failures.times === 1 && failing.refused === null)
        this.#o.log.warn({ queue: queue.name, subject: one.ref.kind, id: one.ref.id }, WAITS)
    for (const one of counted) {
      if (one.isDue) continue
      if (one.one.inTheWay) this.blocked.push(one.one)
      if (one.failing.refused === null && !one.failures.others)
        this.#alone.set(one.queue, [...(this.#alone.get(one.queue) ?? []), one])
    }
    return await this.#retry(counted.filter((one) => one.isDue))
  }

  /**
   * Where several wait that failed while nothing of their queue was written, it may be Zendesk that is away: one is
   * tried for all. Returns how many were.
   */
  async probe(): Promise<number> {
    const probes = [...this.#alone.values()].flatMap((some) => {
      const [oldest] = some.toSorted((a, b) => a.failures.at - b.failures.at)
      const newest = Math.max(...some.map(({ failures }) => failures.at))
      return some.length > 1 && this.#o.now - newest >= PROBE_MS ? [oldest!] : []
    })
    await this.#note(probes.map((one) => ({ ...one, isDue: true })))
    return await this.#retry(probes)
  }

  async #count({ one, queue, id }: FailedJob): Promise<Counted | undefined> {
    const job = await queue.getJob(id)
    // Someone else may have retried it in the meantime, which is as good.
    if (!job?.finishedOn) return undefined
    const { full, now } = this.#o
    const written = await this.#writtenOf(queue)
    const { operation, changed, ref, refused } = one
    // What was refused and is not any more may go: what stood in its way has changed.
    const isFreed = refused === null && job.attemptsMade < (job.opts.attempts ?? 1)
    const failing = { kind: ref.kind, operation, changed, refused }
    const failures = countFailure(one.failures, { at: job.finishedOn, cause: causeOf(job.failedReason) }, written)
    const isAsked = full && (refused === null || ref.kind !== 'user')
    const due = isFreed || isAsked || isDue(failing, failures, { now, written })
    return { one, queue, id, job, failing, failures, isDue: due }
  }

  async #note(counted: readonly Counted[]): Promise<void> {
    await this.#o.ledger.countFailures(
      counted.map(({ one, job, failing, failures, isDue: due }) => ({
        one,
        failures: { ...failures, tried: due },
        nextAt: due ? this.#o.now : failures.at + waitMs(failing, failures.times),
        problem: failing.refused !== null ? undefined : describe(one, job),
      })),
    )
  }

  async #retry(jobs: readonly Counted[]): Promise<number> {
    await Promise.all(jobs.map(({ job }) => job.retry('failed', WITH_ALL_ATTEMPTS).catch(() => {})))
    return jobs.length
  }

  /** When something of a queue was written last, ms since the epoch; 0 where that is not known any more. */
  #writtenOf(queue: Queue): Promise<number> {
    const known = this.#written.get(queue) ?? readWritten(queue)
    this.#written.set(queue, known)
    return known
  }
}

async function readWritten(queue: Queue): Promise<number> {
  const ended = await queue.getCompleted(0, LOOKED_AT - 1).catch(() => [])
  const written = ended.filter((job) => (job?.returnvalue as { status?: unknown } | null)?.status === 'applied')
  return Math.max(0, ...written.map((job) => job.finishedOn ?? 0))
}

/** What is told of a change that fails for a passing reason. Of a refusal the worker tells. */
function describe({ ref, dn, label, operation }: Pending, job: Job): Problem {
  return {
    code: 'CHANGE_FAILS',
    subject: ref.kind,
    id: ref.id,
    ...(dn !== '' && { dn }),
    what: `'${label}': '${operation}' failed, with all its attempts. The last one: ${job.failedReason}`,
    todo:
      'It is tried again by itself, after a longer time each time that it fails with the same cause, and at once when ' +
      "something changes. To have it tried now: mend what is said here, and say 'provisioner retry', or retry the job in the dashboard",
  }
}
