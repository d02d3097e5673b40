import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, WaitingError, Worker, type ConnectionOptions } from 'bullmq'
import type { Redis } from 'ioredis'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import { errorWithoutSecrets } from '@provisioner/shared/known-secrets.ts'
import { declareConfig, OlderConfigError, type StartingProducer } from '@provisioner/shared/ledger/newest-config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { cycleQueueName } from '@provisioner/shared/queues.ts'
import { reportFailure } from './report-failure.ts'
import { watchConfig } from './watch-config.ts'

/** How long a stop waits for a running cycle, ms. Compose waits longer. */
const GRACE_MS = 15_000

/** How often a queue of cycles is looked at, ms. */
const CARE_MS = 15_000

/** The name of a cycle's job that takes nothing for granted: every entry is planned, looked up and audited anew. */
const FULL = 'full cycle'

/** A cycle whose producer died is taken up by another after this, ms. */
const LOCK_MS = 30_000

/**
 * Runs a connection's cycles as BullMQ jobs: a scheduler adds them, one runs at a time however many producers there are,
 * and Bull Board can start one now. A cycle that fails is not retried: the next one is. A producer whose configuration is older
 * than the newest takes no cycles, and gives back the one that it has.
 */
export async function startCycles({
  connection,
  redis,
  bullmq,
  run,
  producer,
  log,
}: {
  connection: ConnectionConfig
  redis: Redis
  bullmq: ConnectionOptions
  run: (signal: AbortSignal, full: boolean) => Promise<CycleSummary>
  producer: StartingProducer
  log: Logger
}): Promise<AsyncDisposable> {
  const name = cycleQueueName(connection.id)
  const queue = new Queue(name, { connection: bullmq })
  queue.on('error', () => {})
  await queue.setGlobalConcurrency(1)
  const isNewest = await declareConfig(redis, connection.id, producer)
  if (isNewest) await schedule(queue, connection)

  const stopping = new AbortController()
  const worker = new Worker(
    name,
    async (job, token) => {
      try {
        return await run(stopping.signal, job.name === FULL)
      } catch (error) {
        if (error instanceof OlderConfigError) {
          await standBy.look()
          await job.moveToWait(token)
          throw new WaitingError()
        }
        await reportFailure(redis, connection, error, log, stopping.signal.aborted)
        throw errorWithoutSecrets(error) // BullMQ stores what it says
      }
    },
    {
      connection: bullmq,
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
    connection: connection.id,
    producer,
    isNewest,
    halt: () => worker.pause(true),
    goOn: async () => {
      await schedule(queue, connection)
      await worker.resume()
    },
    log,
  })
  const care = setInterval(() => {
    if (standBy.isNewest)
      reschedule(queue, connection).catch((error: unknown) => log.debug({ err: error }, 'Schedule not looked at'))
  }, CARE_MS)
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      clearInterval(care)
      standBy[Symbol.dispose]()
      // close() waits for the running cycle, which ends at the next page, and for ever on a Redis that is away
      await Promise.race([worker.close(), sleep(GRACE_MS, undefined, { ref: false })])
      await worker.disconnect()
      await queue.disconnect()
    },
  }
}

async function schedule(queue: Queue, { schedule: { every, full } }: ConnectionConfig): Promise<void> {
  const opts = { removeOnComplete: { count: 200 }, removeOnFail: { count: 200 }, stackTraceLimit: 1 }
  await queue.upsertJobScheduler('every', { every }, { name: 'cycle', data: {}, opts })
  if (full) await queue.upsertJobScheduler('full', { pattern: full }, { name: FULL, data: {}, opts })
  else await queue.removeJobScheduler('full')
}

/** A scheduler adds its next job when the last one is taken: a queue that was emptied by hand would stay so for ever. */
async function reschedule(queue: Queue, connection: ConnectionConfig): Promise<void> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  if (Object.values(counts).some((count) => count > 0)) return
  for (const id of ['every', 'full']) await queue.removeJobScheduler(id)
  await schedule(queue, connection)
}
