import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { workerOf } from '@provisioner/shared/ledger/batch-id.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { WritePorts } from '../write/attempt.ts'
import type { BulkLeases } from './bulk-leases.ts'
import type { JobStatusPoller } from './job-status-poller.ts'
import { reclaimSlots } from './reclaim-slots.ts'
import { settle } from './settle.ts'

/** Time between two looks for writes that nobody looks after, ms. */
const LOOK_MS = 3_000

export interface AbandonedOptions {
  readonly redis: Redis
  readonly account: string
  readonly worker: string
  readonly leases: BulkLeases
  readonly poller: JobStatusPoller
  readonly budget: Budget
  readonly connections: ReadonlyMap<string, WritePorts>
  readonly signal: AbortSignal
  readonly log: Logger
}

/**
 * Settles the bulk writes that nobody looks after, as their senders would have: nothing is sent again before that. Those of
 * dead workers, whose leases have ended, are settled by the worker that polls. Each picks up its own that it has lost sight
 * of: Redis failed in the middle, or came back without its last second and still holds what was settled in it.
 * Runs until the signal is aborted.
 */
export async function settleAbandoned(options: AbandonedOptions): Promise<void> {
  const { redis, account, worker, leases, poller, budget, signal, log } = options
  const keys = accountKeys(account)
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    try {
      await leases.keep()
      const polling = await poller.isPolling()
      await reclaimSlots({ redis, account, worker, budget, polling })
      for (const batch of await redis.hkeys(keys.outstanding)) {
        if (leases.has(batch) || !(polling || workerOf(batch) === worker)) continue
        const lease = await leases.take(batch)
        if (lease) void settleOne(options, batch, lease)
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'Outstanding writes not looked at; trying again')
    }
  }
}

async function settleOne(
  { redis, account, connections, poller, signal, log }: AbandonedOptions,
  batch: string,
  lease: AsyncDisposable,
): Promise<void> {
  await using _lease = lease
  const keys = accountKeys(account)
  try {
    const [text, jobStatusId] = await Promise.all([
      redis.hget(keys.outstanding, batch),
      redis.hget(keys.jobStatuses, batch),
    ])
    if (!text) return
    const write = OutstandingWrite.parse(JSON.parse(text))
    const ports = connections.get(write.connection)
    if (!ports) return
    const outcomes = await settle(ports, write, () => (jobStatusId ? poller.ended(jobStatusId) : poller.lost(write)))
    log.info({ batch, items: write.items.length, settled: outcomes.size }, 'Settled a bulk write that was left behind')
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, batch }, 'A bulk write that was left behind could not be settled')
  }
}
