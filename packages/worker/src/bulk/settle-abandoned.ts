import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { workerOf } from '@provisioner/shared/ledger/batch-id.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { readOutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { AccountTrouble, TroubleTold } from '../account-trouble.ts'
import type { WritePorts } from '../write/attempt.ts'
import { BULK_LEASE_MS, type BulkLeases } from './bulk-leases.ts'
import type { JobStatusPoller } from './job-status-poller.ts'
import { reclaimSlots } from './reclaim-slots.ts'
import { Rest } from './rest.ts'
import { settleUntilDone } from './settle-until-done.ts'

/** Time between two looks for writes that nobody looks after, ms. */
const LOOK_MS = 3_000

/** The same while the account has no bulk writes, ms: half the time in which a dead worker's lease on one ends. */
const IDLE_LOOK_MS = BULK_LEASE_MS / 2

export interface AbandonedOptions {
  readonly redis: RedisClient
  readonly account: string
  readonly worker: string
  readonly leases: BulkLeases
  readonly poller: JobStatusPoller
  readonly budget: Budget
  readonly connections: ReadonlyMap<string, WritePorts>
  /** Where bulk writes are told of whose connection no worker has. */
  readonly leftBehind: AccountTrouble
  readonly signal: AbortSignal
  readonly log: Logger
}

/** A bulk write of a connection that no worker has. */
interface LeftBehind {
  readonly connection: string
  readonly entities: number
}

/**
 * Settles the bulk writes that nobody looks after, as their senders would have; until then their entities stay closed,
 * and nothing of them is sent again. Those of dead workers, whose lease on the bulk write has ended, are settled by the
 * worker that polls job statuses, of which an account has one (`JobStatusPoller.takePolling`). Each picks up its own
 * that it has lost sight of: Redis failed in the middle, or came back without its last second and still has what was
 * settled in it. Runs until the signal is aborted.
 *
 * Their jobs are not told: they stall, come again by BullMQ's stalled check, and the ledger says what is left to do.
 */
export async function settleAbandoned(options: AbandonedOptions): Promise<void> {
  const { redis, account, worker, leases, poller, budget, signal, log } = options
  const keys = accountKeys(account)
  const leftBehind = new Map<string, LeftBehind>()
  const rest = new Rest(IDLE_LOOK_MS)
  let hasLooked = false
  while (!signal.aborted) {
    await rest.take(LOOK_MS, signal)
    if (signal.aborted) return
    try {
      await leases.keep()
      const [batches, { all: slots }] = await Promise.all([redis.hkeys(keys.outstanding), budget.takenJobSlots()])
      const isIdle = batches.length + slots.length === 0
      rest.saw(!isIdle)
      const polling = !isIdle && (await poller.takePolling())
      if (!isIdle) await reclaimSlots({ redis, account, worker, budget, polling })
      for (const batch of leftBehind.keys()) if (!batches.includes(batch)) leftBehind.delete(batch)
      // what the look before found, while this worker is the one that looks at all of them
      if (isIdle) await options.leftBehind.tell(undefined)
      else if (!polling) options.leftBehind.leave()
      else if (hasLooked) await options.leftBehind.tell(describe(account, leftBehind))
      hasLooked = polling
      for (const batch of batches) {
        if (leases.has(batch) || !(polling || workerOf(batch) === worker)) continue
        const lease = await leases.take(batch)
        if (lease) void settleOne(options, batch, lease, leftBehind)
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
  leftBehind: Map<string, LeftBehind>,
): Promise<void> {
  await using _lease = lease
  const keys = accountKeys(account)
  try {
    const [text, jobStatusId] = await Promise.all([
      redis.hget(keys.outstanding, batch),
      redis.hget(keys.jobStatuses, batch),
    ])
    if (!text) return
    const write = readOutstandingWrite(text)
    if (!write) {
      await (jobStatusId ? poller.endingOf(jobStatusId) : poller.untilNoneRuns())
      return await freeUnreadable([...connections.values()], batch, log)
    }
    const ports = connections.get(write.connection)
    // it stays until that connection is configured again, and is found here at every look
    if (!ports) return void leftBehind.set(batch, { connection: write.connection, entities: write.items.length })
    leftBehind.delete(batch)
    const outcomes = await settleUntilDone(ports, write, () =>
      jobStatusId ? poller.endingOf(jobStatusId) : poller.untilNoneRuns(),
    )
    log.info({ batch, items: write.items.length, settled: outcomes.size }, 'Settled a bulk write that was left behind')
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, batch }, 'A bulk write that was left behind could not be settled')
  }
}

function describe(account: string, leftBehind: ReadonlyMap<string, LeftBehind>): TroubleTold | undefined {
  if (leftBehind.size === 0) return undefined
  const names = [...new Set([...leftBehind.values()].map(({ connection }) => `'${connection}'`))].sort().join(', ')
  const entities = [...leftBehind.values()].reduce((sum, one) => sum + one.entities, 0)
  const batches = [...leftBehind.keys()].sort().join(' ')
  const keys = accountKeys(account)
  return {
    code: 'BULK_WRITE_LEFT_BEHIND',
    what: `No worker of account '${account}' has connection ${names} any more, of which bulk writes are outstanding (${leftBehind.size}, of ${entities} users or memberships); each keeps one of the account's job statuses`,
    todo:
      'Start a worker whose configuration has the connection: it settles them. Where the connection is gone for good: ' +
      `redis-cli HDEL ${keys.outstanding} ${batches}, and the same of ${keys.jobStatuses}`,
  }
}

/**
 * Nobody can read which entities a bulk write closes: they are looked for by the batch that they name, and given back.
 * What was sent of them is unconfirmed, and is looked up or sent again.
 */
async function freeUnreadable(connections: readonly WritePorts[], batch: string, log: Logger): Promise<void> {
  let count = 0
  for (const { ledger, records } of connections) {
    const refs = await records.closedBy(batch)
    await ledger.giveBack(refs, batch)
    count += refs.length
  }
  // last: killed before, the next worker frees what is left
  for (const { ledger } of connections) await ledger.giveBack([], batch, { dropOutstanding: true })
  log.error(
    { batch, entities: count, code: 'LEDGER_UNREADABLE' },
    'An outstanding write in Redis could not be read; its entities were given back, and are looked up in Zendesk',
  )
}
