import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, WaitingError, Worker, type ConnectionOptions, type Job } from 'bullmq'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import type { PlanOutcome } from '@provisioner/shared/ledger/plan-request.ts'
import { newestLook } from '@provisioner/shared/ledger/looks.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import { errorWithoutSecrets } from '@provisioner/shared/known-secrets.ts'
import { mendQueue } from '@provisioner/shared/ledger/mend-keys.ts'
import { queueKeyTypes } from '@provisioner/shared/ledger/queue-key-types.ts'
import { declareConfig, OlderConfigError, type StartingProducer } from '@provisioner/shared/ledger/newest-config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { CYCLE_JOBS, cycleQueueName, queueOptions, queuePrefix } from '@provisioner/shared/queues.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import { DirectoryBindError } from '../directory/ldap/errors.ts'
import { basesOf } from './bases-of.ts'
import type { CycleMeter } from './cycle-meter.ts'
import { askForCycle, isAnyCycleOf, KEPT, reschedule, schedule } from './cycle-queue.ts'
import { reportFailure } from './report-failure.ts'
import { isLeftOut } from './slowed-cycles.ts'
import type { ChangedData, ChangedSummary } from './run-changed.ts'
import { TOOK_OVER, watchConfig } from './watch-config.ts'
import { watchLooks } from './watch-looks.ts'
import { watchDirectory, type WatchOptions } from './watch-directory.ts'

/** How long a stop waits for a running cycle, ms. Compose waits longer. */
const GRACE_MS = 15_000

/** How often a queue of cycles is looked at, ms. */
const CARE_MS = 15_000

const UNREAD = 'What has changed could not be read ahead of a cycle, which reads everything'

/** A cycle whose producer died is taken up by another after this, ms. */
const LOCK_MS = 30_000

/**
 * Runs a connection's cycles as BullMQ jobs: a scheduler adds them, one runs at a time however many producers there
 * are, and Bull Board can start one now. A cycle that fails is not retried: the next one is, later each time where the
 * directory is at fault. One that is interrupted,
 * by a stop or a roll-out, goes back to the queue, and whoever works next begins it anew at once. A producer whose
 * configuration is older than the newest takes no cycles.
 */
export async function startCycles({
  connection,
  redis,
  bullmq,
  run,
  runPlan,
  runChanged,
  producer,
  meter,
  directory,
  log,
}: {
  connection: ConnectionConfig
  redis: RedisClient
  bullmq: ConnectionOptions
  run: (signal: AbortSignal, full: boolean) => Promise<CycleSummary>
  /** Carries out the plan with the id. */
  runPlan: (signal: AbortSignal, id: string) => Promise<PlanOutcome>
  runChanged: (signal: AbortSignal) => Promise<ChangedSummary>
  producer: StartingProducer
  meter?: CycleMeter | undefined
  directory: WatchOptions['directory']
  log: Logger
}): Promise<AsyncDisposable> {
  const name = cycleQueueName(connection.id)
  const prefix = queuePrefix(connection.account)
  const queue = new Queue(name, { connection: bullmq, ...queueOptions(connection.account) })
  queue.on('error', () => {})
  await readyQueue(queue, connection, redis, log)
  const standing = await declareConfig(redis, connectionName(connection), producer)
  const isNewest = standing !== 'older'
  if (standing === 'took over') log.warn(TOOK_OVER)
  if (isNewest) await schedule(queue, connection)
  const reader = new LedgerReader(redis, connectionName(connection))
  const failing = () => reader.failingCycles()
  const isSlowed = (await failing())?.nextAt !== undefined
  if (isNewest && (standing !== 'newest' || isSlowed)) await askForCycle(queue)

  const slowedBy = { failing, directory, bases: basesOf(connection), everyMs: connection.schedule.every }
  const stopping = new AbortController()
  let halting = new AbortController()
  let isToldUnread = false
  const runAhead = async ({ next = 'nothing' }: ChangedData, signal: AbortSignal) => {
    let isCycleNext = next !== 'nothing'
    try {
      const changed = await runChanged(signal)
      if (changed.isAll && next === 'a cycle unless all') isCycleNext = false
      isToldUnread = false
      return changed
    } catch (error) {
      // A cycle would try the same password once more.
      if (error instanceof DirectoryBindError) isCycleNext = false
      throw error
    } finally {
      if (isCycleNext && !signal.aborted) await askForCycle(queue)
    }
  }
  const worker = new Worker(
    name,
    async (job, token) => {
      const signal = AbortSignal.any([stopping.signal, halting.signal])
      try {
        const leftOut = await isLeftOut(job, slowedBy, signal)
        if (leftOut) return leftOut
        if (job.name === CYCLE_JOBS.changed) {
          const changed = await runAhead(job.data as ChangedData, signal)
          meter?.releasedAhead(changed.released)
          return changed
        }
        const isPlan = job.name === CYCLE_JOBS.plan
        const outcome = isPlan ? await runPlan(signal, (job.data as { plan: string }).plan) : undefined
        const summary = isPlan ? outcome?.summary : await run(signal, job.name === CYCLE_JOBS.full)
        if (summary) meter?.ended(summary)
        return outcome ?? summary
      } catch (error) {
        if (error instanceof OlderConfigError || error instanceof FencedError || signal.aborted) {
          if (!stopping.signal.aborted) await standBy.look().catch(() => {})
          if (await giveBack(job, token)) throw new WaitingError()
        }
        if (job.name === CYCLE_JOBS.changed) {
          if (!isToldUnread) log.warn({ err: error }, UNREAD)
          isToldUnread = true
        } else {
          meter?.failed()
          await reportFailure(redis, connection, error, log, stopping.signal.aborted)
        }
        throw errorWithoutSecrets(error) // BullMQ stores what it says
      }
    },
    {
      connection: bullmq,
      prefix,
      autorun: isNewest,
      concurrency: 1,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS / 3,
      maxStalledCount: 1_000_000_000,
      metrics: { maxDataPoints: 1440 },
    },
  )
  worker.on('error', () => {})
  const standBy = watchConfig({
    redis,
    connection: connectionName(connection),
    producer,
    isNewest,
    halt: () => {
      halting.abort()
      return worker.pause(true)
    },
    goOn: async () => {
      await schedule(queue, connection)
      await askForCycle(queue)
      halting = new AbortController()
      await worker.resume()
    },
    log,
  })
  const care = setInterval(() => {
    if (standBy.isNewest)
      readyQueue(queue, connection, redis, log)
        .then(() => reschedule(queue, connection))
        .catch((error: unknown) => log.debug({ err: error }, 'Schedule not looked at'))
  }, CARE_MS)
  const everyMs = connection.schedule.watch
  const watch =
    everyMs !== false &&
    watchDirectory({
      directory,
      bases: basesOf(connection),
      tokens: PROFILES[connection.directory.type].changeTokens.map(({ attribute }) => attribute),
      everyMs,
      lastCycle: () => reader.lastCycle(),
      followed: () => reader.followed(),
      isFailing: async () => (await failing()) !== undefined,
      isBusy: async () => !standBy.isNewest || (await isAnyCycleOf(queue)),
      askForCycle: () => askForCycle(queue),
      askForChanged: async (next) => void (await queue.add(CYCLE_JOBS.changed, { next } satisfies ChangedData, KEPT)),
      log,
    })
  const looks = watchLooks({
    newest: () => newestLook(redis, reader),
    lastCycle: () => reader.lastCycle(),
    isBusy: async () => !standBy.isNewest || (await isAnyCycleOf(queue)),
    askForCycle: () => askForCycle(queue),
    log,
  })
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      looks[Symbol.dispose]()
      clearInterval(care)
      standBy[Symbol.dispose]()
      if (watch) watch[Symbol.dispose]()
      // close() waits for the running cycle, which ends at the next page, and for ever on a Redis that is away
      const closed = worker.close().then(() => true)
      // A client of a cluster that has lost all its nodes never says that it has ended: nobody waits for that.
      if (!(await Promise.race([closed, sleep(GRACE_MS, false, { ref: false })])))
        void worker.disconnect().catch(() => {})
      await queue.close()
    },
  }
}

/** Puts an interrupted cycle back into the queue. Returns false when another producer has taken it up already. */
async function giveBack(job: Job, token: string | undefined): Promise<boolean> {
  return job.moveToWait(token).then(
    () => true,
    () => false,
  )
}

/**
 * Has one cycle run at a time. Without its queue none runs that could mend it: a key of it of the wrong type is mended
 * here.
 */
async function readyQueue(queue: Queue, connection: ConnectionConfig, redis: RedisClient, log: Logger): Promise<void> {
  const types = queueKeyTypes(connection.account, queue.name)
  for (const { code, what: reason, todo } of await mendQueue(redis, connectionName(connection), types))
    log.warn({ code, reason, todo }, 'Queue of cycles mended')
  // it lies in one of the keys
  await queue.setGlobalConcurrency(1)
}
