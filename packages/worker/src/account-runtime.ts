import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { accountKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { Lease, type LeaseTerms } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import type { OpenAccount } from '@provisioner/zendesk/open-account.ts'
import { AccountProblems } from './account-problems.ts'
import { AccountTrouble } from './account-trouble.ts'
import { portsOf, type AccountOptions } from './connection-ports.ts'
import { sendBatch } from './batch/send-batch.ts'
import { SingleCreations } from './batch/single-creations.ts'
import type { OnOutcome } from './outcome.ts'
import { PauseWatch } from './pause-watch.ts'
import { openLine, type Line } from './loop/line.ts'
import { PullLoop } from './loop/pull-loop.ts'
import { BulkLeases } from './bulk/bulk-leases.ts'
import { JobStatusPoller } from './bulk/job-status-poller.ts'
import { settleAbandoned } from './bulk/settle-abandoned.ts'
import { appetiteOf, slotTaker } from './slots.ts'
import { tellApiTokenEnd } from './tell-api-token-end.ts'
import { watchCredentials } from './watch-credentials.ts'
import { watchScopes } from './watch-scopes.ts'

/**
 * After so long in silence a worker's job-status slots are given back, ms. Who settles its bulk writes is another
 * matter: see `bulk/bulk-leases.ts`.
 */
const ALIVE_MS = 12_000

export interface AccountRuntimeOptions extends AccountOptions {
  readonly onExchange: OpenAccount['onExchange']
  readonly onOutcome?: OnOutcome | undefined
}

/** Everything that writes to one Zendesk account in this process: one loop over the queues of all its connections. */
export async function startAccount(options: AccountRuntimeOptions): Promise<{ stop(graceMs: number): Promise<void> }> {
  const { accountId, config, worker, redis, bullmq, zendesk, budget, log } = options
  const stopping = new AbortController()
  const limitPerMinute = async () => (await budget.snapshot()).limit
  const connections = config.connections.filter((connection) => connection.account === accountId)
  const accountProblems = new AccountProblems(connections.map((one) => new WriteProblems(redis, connectionName(one))))
  const poller = new JobStatusPoller({
    redis,
    zendesk,
    account: accountId,
    worker,
    signal: stopping.signal,
    limitPerMinute,
    problems: accountProblems,
    log,
  })
  const leases = new BulkLeases({ redis, account: accountId, worker })
  const singleCreations = new SingleCreations()
  const pauses = new PauseWatch({ redis, account: accountId, log })
  const own = { poller, leases, singleCreations, accountProblems, pauses }
  const portsById = new Map(connections.map((connection) => [connection.id, portsOf(options, connection, own)]))

  const lines: Line[] = []
  for (const { id } of connections)
    for (const queue of CHANGE_QUEUES)
      lines.push(
        await openLine({ account: accountId, connection: id, queue, redis: bullmq, name: worker, onError: () => {} }),
      )

  const watched = {
    account: accountId,
    problems: accountProblems,
    onExchange: options.onExchange,
    log,
  }
  await tellApiTokenEnd({ ...watched, auth: config.accounts[accountId]!.auth })
  const watches = [watchCredentials(watched), watchScopes(watched)]
  const alive = heartbeat(
    redis,
    accountKeys(accountId).alive(worker),
    { token: worker, ms: ALIVE_MS },
    stopping.signal,
    log,
  )
  await alive.begun
  const settling = settleAbandoned({
    redis,
    account: accountId,
    worker,
    leases,
    poller,
    budget,
    connections: portsById,
    leftBehind: new AccountTrouble({ problems: accountProblems, account: accountId, name: 'left-behind', log }),
    signal: stopping.signal,
    log,
  })
  const loop = new PullLoop({
    lines,
    redis: bullmq,
    maxBatches: 40,
    log,
    isPaused: async ({ connection, removal }) => (await pauses.of(connection, { takesAway: removal })) !== undefined,
    appetite: (line) => appetiteOf(line, portsById.get(line.connection)!.bulk.bulkImport, singleCreations),
    takeSlot: slotTaker(budget, worker),
    onSlotReleased: (wake) => budget.onSlotReleased(wake),
    send: async (line, jobs, slot) => {
      const ports = portsById.get(line.connection)!
      const ids = jobs.map(({ id }) => id)
      return sendBatch(ports, { queue: line.queue, jobIds: ids, jobSlot: slot.jobSlot })
    },
    onOutcome: options.onOutcome,
  })
  return {
    stop: async (graceMs) => {
      await loop.stop(graceMs)
      stopping.abort()
      for (const watch of watches) watch[Symbol.dispose]()
      await Promise.allSettled([alive.ended, settling, poller.stopped()])
      await Promise.all([...portsById.values()].map(({ queues }) => queues[Symbol.asyncDispose]()))
    },
  }
}

/** Says that this worker lives. While it does, its job-status slots are its own. */
function heartbeat(
  redis: RedisClient,
  key: string,
  terms: LeaseTerms,
  signal: AbortSignal,
  log: Logger,
): { begun: Promise<unknown>; ended: Promise<void> } {
  const beat = () => Lease.take(redis, key, terms)
  const begun = beat()
  const ended = (async () => {
    while (!signal.aborted) {
      await sleep(ALIVE_MS / 3, undefined, { signal }).catch(() => {})
      if (!signal.aborted) await beat().catch((error: unknown) => log.debug({ err: error }, 'Heartbeat not written'))
    }
    await begun.then((lease) => lease?.drop()).catch(() => {})
  })()
  return { begun, ended }
}
