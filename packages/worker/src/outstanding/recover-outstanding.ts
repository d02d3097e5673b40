import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { workerOf } from '@provisioner/shared/ledger/batch-id.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { Lease } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { BatchContext } from '../batch/context.ts'
import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { JobStatusPoller } from './job-status-poller.ts'
import { reclaimSlots } from './reclaim-slots.ts'
import { settleOutstanding } from './settle-outstanding.ts'

/** Time between two looks for writes of dead workers, ms. */
const LOOK_MS = 3_000
/** A worker that has not said so for this long is dead, ms. */
export const ALIVE_MS = 12_000
/**
 * How long one worker keeps others from settling a write, ms; it is renewed at every look. No longer: a claim that a Redis
 * without its last second brings back is nobody's.
 */
export const CLAIM_MS = 15_000

/**
 * Settles the bulk writes that nobody looks after: their results are picked up, nothing is sent again. Those of dead
 * workers are settled by the one that polls. Each worker picks up its own that it has lost sight of: Redis failed in
 * the middle, or came back without its last second and still holds what was settled in it. Runs until the signal is aborted.
 */
export async function recoverOutstanding({
  redis,
  account,
  worker,
  bulkWrites,
  poller,
  budget,
  contexts,
  signal,
  log,
}: {
  redis: Redis
  account: string
  /** This worker, and the ids of the bulk writes that it looks after. */
  worker: string
  bulkWrites: ReadonlySet<string>
  poller: JobStatusPoller
  budget: Budget
  contexts: ReadonlyMap<string, BatchContext>
  signal: AbortSignal
  log: Logger
}): Promise<void> {
  const keys = accountKeys(account)
  const underWay = new Map<string, Lease>()
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    try {
      const polling = await poller.isPolling()
      await reclaimSlots({ redis, account, worker, budget, polling })
      for (const claim of underWay.values()) await claim.keep()
      const batches = await redis.hkeys(keys.outstanding)
      for (const batch of batches) {
        const sender = workerOf(batch)
        const isLeft = sender === worker ? !bulkWrites.has(batch) : polling && !(await redis.exists(keys.alive(sender)))
        if (!isLeft || underWay.has(batch)) continue
        // It is this worker's also where it has settled the write once, in a second that Redis has lost.
        const claim = await Lease.take(redis, keys.claim(batch), { token: worker, ms: CLAIM_MS })
        if (!claim) continue
        underWay.set(batch, claim)
        void recoverOne(redis, keys, batch, claim, poller, contexts, log)
          .catch((error: unknown) => {
            if (!signal.aborted)
              log.warn({ err: error, batch }, 'A bulk write that was left behind could not be settled; trying again')
          })
          .finally(() => underWay.delete(batch))
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'Outstanding writes not looked at; trying again')
    }
  }
}

async function recoverOne(
  redis: Redis,
  keys: ReturnType<typeof accountKeys>,
  batch: string,
  claim: Lease,
  poller: JobStatusPoller,
  contexts: ReadonlyMap<string, BatchContext>,
  log: Logger,
): Promise<void> {
  try {
    const [text, jobStatusId] = await Promise.all([
      redis.hget(keys.outstanding, batch),
      redis.hget(keys.jobStatuses, batch),
    ])
    if (!text) return
    const write = OutstandingWrite.parse(JSON.parse(text))
    const context = contexts.get(write.connection)
    if (!context) return
    const outcomes = await settleOutstanding(
      context,
      write,
      jobStatusId ? await poller.ended(jobStatusId) : await poller.lost(write),
    )
    log.info({ batch, items: write.items.length, settled: outcomes.size }, 'Settled a bulk write that was left behind')
  } finally {
    await claim.drop()
  }
}
