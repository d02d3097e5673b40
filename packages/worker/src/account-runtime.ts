import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { ApiUser } from '@provisioner/zendesk/api-user.ts'
import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { OpenAccount } from '@provisioner/zendesk/open-account.ts'
import { AccountProblems } from './account-problems.ts'
import type { BatchContext } from './batch/context.ts'
import { AccountLease } from './batch/account-lease.ts'
import { maskedNames } from '@provisioner/shared/config/masked-names.ts'
import { Organizations } from './batch/organizations.ts'
import { Seats } from './batch/seats.ts'
import { sendBatch } from './batch/send-batch.ts'
import { SingleCreations } from './batch/single-creations.ts'
import { openLine, type Line } from './loop/line.ts'
import { PullLoop } from './loop/pull-loop.ts'
import { BulkImport } from './outstanding/bulk-import.ts'
import { JobStatusPoller } from './outstanding/job-status-poller.ts'
import { ALIVE_MS, recoverOutstanding } from './outstanding/recover-outstanding.ts'
import { appetiteOf, slotTaker } from './slots.ts'
import { tellApiTokenEnd } from './tell-api-token-end.ts'
import { watchCredentials } from './watch-credentials.ts'
import { watchScopes } from './watch-scopes.ts'

export interface AccountRuntimeOptions {
  readonly accountId: string
  readonly config: Config
  readonly worker: string
  readonly redis: Redis
  readonly bullmq: Redis
  readonly zendesk: ZendeskClient
  readonly budget: Budget
  readonly onExchange: OpenAccount['onExchange']
  readonly requestTimeoutMs: number
  readonly log: Logger
}

/** Everything that writes to one Zendesk account in this process: one loop over the queues of all its connections. */
export async function startAccount(options: AccountRuntimeOptions): Promise<{ stop(graceMs: number): Promise<void> }> {
  const { accountId, config, worker, redis, bullmq, zendesk, budget, log } = options
  const stopping = new AbortController()
  const limitPerMinute = async () => (await budget.snapshot()).limit
  const poller = new JobStatusPoller({
    redis,
    zendesk,
    account: accountId,
    worker,
    signal: stopping.signal,
    limitPerMinute,
    log,
  })
  const connections = config.connections.filter((connection) => connection.account === accountId)
  const bulkWrites = new Set<string>()
  const singleCreations = new SingleCreations()
  const accountProblems = new AccountProblems(connections.map(({ id }) => new WriteProblems(redis, id)))
  const contexts = new Map(
    connections.map((connection) => [
      connection.id,
      contextOf(options, connection, { poller, bulkWrites, singleCreations, accountProblems }),
    ]),
  )

  const lines: Line[] = []
  for (const { id } of connections)
    for (const queue of CHANGE_QUEUES)
      lines.push(await openLine({ connection: id, queue, redis: bullmq, name: worker, onError: () => {} }))

  const watched = {
    account: accountId,
    contexts: [...contexts.values()],
    onExchange: options.onExchange,
    log,
  }
  await tellApiTokenEnd({ ...watched, auth: config.accounts[accountId]!.auth })
  const watches = [watchCredentials(watched), watchScopes(watched)]
  const alive = heartbeat(redis, accountKeys(accountId).alive(worker), stopping.signal, log)
  await alive.begun
  const recovering = recoverOutstanding({
    redis,
    account: accountId,
    worker,
    bulkWrites,
    poller,
    budget,
    contexts,
    signal: stopping.signal,
    log,
  })
  const loop = new PullLoop({
    lines,
    maxBatches: 40,
    log,
    appetite: (line) => appetiteOf(line, contexts.get(line.connection)!.bulkImport, singleCreations),
    takeSlot: slotTaker(budget, worker),
    onSlotReleased: (wake) => budget.onSlotReleased(wake),
    send: async (line, jobs, slot) => {
      const context = contexts.get(line.connection)!
      const ids = jobs.map(({ id }) => id)
      return sendBatch(context, { queue: line.queue, jobIds: ids, jobSlot: slot.jobSlot })
    },
  })
  return {
    stop: async (graceMs) => {
      await loop.stop(graceMs)
      stopping.abort()
      for (const watch of watches) watch[Symbol.dispose]()
      await Promise.allSettled([alive.ended, recovering, poller.stopped()])
      await Promise.all([...contexts.values()].map((context) => context.queues[Symbol.asyncDispose]()))
    },
  }
}

function contextOf(
  { accountId, config, worker, redis, bullmq, zendesk, budget, requestTimeoutMs, log }: AccountRuntimeOptions,
  connection: ConnectionConfig,
  {
    poller,
    bulkWrites,
    singleCreations,
    accountProblems,
  }: {
    poller: JobStatusPoller
    bulkWrites: Set<string>
    singleCreations: SingleCreations
    accountProblems: AccountProblems
  },
): BatchContext {
  const problems = new WriteProblems(redis, connection.id)
  const apiUser = new ApiUser(zendesk, redis, accountId, config.accounts[accountId]!)
  return {
    connection: connection.id,
    account: accountId,
    worker,
    zendesk,
    ledger: new WriteLedger(redis, { connection: connection.id, account: accountId }),
    reader: new LedgerReader(redis, connection.id),
    queues: new ChangeQueues(connection.id, bullmq),
    problems,
    jobStatuses: poller,
    bulkWrites,
    singleCreations,
    bulkImport: new BulkImport({ redis, account: accountId, problems: accountProblems, log }),
    groupCreation: new AccountLease(redis, accountKeys(accountId).creatingGroups),
    adminRemoval: new AccountLease(redis, accountKeys(accountId).removingAdmins),
    seats: new Seats({ redis, account: accountId, problems: accountProblems, log }),
    organizations: new Organizations({
      zendesk,
      account: accountId,
      problems,
      masked: connection.users.map.organization?.masked ?? false,
    }),
    masked: maskedNames(connection.users.map),
    verificationMail: connection.users.verificationMail,
    protection: new ProtectedUsers(redis, {
      account: accountId,
      patterns: config.accounts[accountId]!.protect,
    }),
    apiUserId: async () => (await apiUser.known()) ?? null,
    oldEmail: connection.users.oldEmail,
    match: connection.users.match,
    requestTimeoutMs,
    takeRequests: async (upTo) => {
      const need = { purpose: 'write', holder: worker } as const
      for (let count = upTo; count > 1; count = Math.floor(count / 2))
        if ((await budget.tryTake({ ...need, requests: count })).taken) return count
      await budget.take({ ...need, requests: 1 })
      return 1
    },
    takeJobSlot: async (removal) => {
      const answer = await budget.tryTake({
        requests: 0,
        purpose: removal ? 'removal' : 'write',
        jobSlot: true,
        holder: worker,
      })
      return answer.taken ? answer.slotId : null
    },
    releaseJobSlot: (slot) => budget.releaseJobSlot(slot),
    ownersOf: async (key, ids) => redis.hmget(key, ...ids.map(String)),
    log: log.child({ connection: connection.id }),
    audit: log.child({ connection: connection.id }, { redact: [] }),
  }
}

/** Says that this worker lives. While it does, its outstanding writes are its own. */
function heartbeat(
  redis: Redis,
  key: string,
  signal: AbortSignal,
  log: Logger,
): { begun: Promise<unknown>; ended: Promise<void> } {
  const beat = () => redis.set(key, '1', 'PX', ALIVE_MS)
  const begun = beat()
  const ended = (async () => {
    while (!signal.aborted) {
      await sleep(ALIVE_MS / 3, undefined, { signal }).catch(() => {})
      if (!signal.aborted) await beat().catch((error: unknown) => log.debug({ err: error }, 'Heartbeat not written'))
    }
    await redis.del(key).catch(() => {})
  })()
  return { begun, ended }
}
