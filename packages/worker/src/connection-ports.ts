import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ticketsWay } from '@provisioner/shared/config/leavers-tickets.ts'
import { maskedNames } from '@provisioner/shared/config/masked-names.ts'
import { accountKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { Lease } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import { ApiUser } from '@provisioner/zendesk/api-user.ts'
import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { AccountProblems } from './account-problems.ts'
import { Organizations } from './batch/organizations.ts'
import { describeHolders } from './batch/seat-holders.ts'
import { Seats } from './batch/seats.ts'
import type { SingleCreations } from './batch/single-creations.ts'
import { BulkImport } from './bulk/bulk-import.ts'
import type { BulkLeases } from './bulk/bulk-leases.ts'
import type { JobStatusPoller } from './bulk/job-status-poller.ts'
import type { PauseWatch } from './pause-watch.ts'
import type { LimitsPort, Ports } from './ports.ts'
import { TraceWatch } from './trace-watch.ts'

/** What a worker has for one account. */
export interface AccountOptions {
  readonly accountId: string
  readonly config: Config
  readonly worker: string
  readonly redis: RedisClient
  readonly bullmq: RedisClient
  readonly zendesk: ZendeskClient
  readonly budget: Budget
  readonly requestTimeoutMs: number
  readonly log: Logger
}

/** What the connections of one account share in this process. */
interface AccountParts {
  readonly poller: JobStatusPoller
  readonly leases: BulkLeases
  readonly singleCreations: SingleCreations
  readonly accountProblems: AccountProblems
  readonly pauses: PauseWatch
}

/** The ports of a connection, whose queues are to be closed. */
export type ConnectionPorts = Ports & { readonly queues: ChangeQueues }

/** Fills in what writing for one connection needs. */
export function portsOf(options: AccountOptions, connection: ConnectionConfig, parts: AccountParts): ConnectionPorts {
  const { accountId: account, config, worker, redis, bullmq, requestTimeoutMs, log } = options
  const { poller, leases, singleCreations, accountProblems, pauses } = parts
  const { users } = connection
  const name = connectionName(connection)
  const masked = maskedNames(users.map)
  const traces = new TraceWatch({ redis, name, masked, log })
  const zendesk = options.zendesk.gatedBy(pauses.gateOf(connection.id)).followedBy(traces.listener)
  const keys = accountKeys(account)
  const problems = new WriteProblems(redis, name)
  const apiUser = new ApiUser(zendesk, redis, account, config.accounts[account]!)
  const reader = new LedgerReader(redis, name)
  const records: Ports['records'] = {
    records: (kind, ids) => reader.records(kind, ids),
    closedBy: (batch) => reader.closedBy(batch),
    entitlementsOf: (ids) => reader.entitlementsOf(ids),
    ownersOf: (kind, ids) => readOwners(redis, { account, kind }, ids),
  }
  return {
    settings: {
      connection: connection.id,
      account,
      worker,
      verificationMail: users.verificationMail,
      logoutOnRemove: users.logoutOnRemove,
      leavesAccountDefault: users.accountDefaultGroup === 'leave',
      tickets: ticketsWay(users.remove.tickets),
      ticketTag: users.remove.ticketTag,
      readsLeavers:
        users.remove.tickets !== 'leave' || Object.values(users.remove.agents).some((seat) => seat !== 'suspend'),
      oldEmail: users.oldEmail,
      match: users.match,
      masked,
      requestTimeoutMs,
    },
    ledger: new WriteLedger(redis, name, log.child({ connection: connection.id })),
    records,
    zendesk,
    limits: { ...limitsOf(options), singleCreations },
    bulk: {
      leases,
      endingOf: (jobStatusId) => poller.endingOf(jobStatusId),
      untilNoneRuns: () => poller.untilNoneRuns(),
      bulkImport: new BulkImport({ redis, account, problems: accountProblems, log }),
    },
    account: {
      pauses,
      seats: new Seats({
        redis,
        account,
        problems: accountProblems,
        holders: () => describeHolders({ zendesk, records }),
        log,
      }),
      organizations: new Organizations({
        zendesk,
        account,
        problems,
        masked: users.map.organization?.masked ?? false,
      }),
      protection: new ProtectedUsers(redis, { account, patterns: config.accounts[account]!.protect }),
      apiUserId: async () => (await apiUser.known()) ?? null,
      takeGroupCreation: (terms) => Lease.take(redis, keys.creatingGroups, terms),
      takeAdminRemoval: (terms) => Lease.take(redis, keys.removingAdmins, terms),
      takeLeaversTurn: (terms) => Lease.take(redis, keys.leaversTurn, terms),
      awaitingTurn: new Set(),
    },
    queues: new ChangeQueues(name, bullmq),
    report: {
      problems,
      traces,
      log: log.child({ connection: connection.id }),
      audit: log.child({ connection: connection.id }, { redact: [] }),
    },
  }
}

function limitsOf({ budget, worker }: AccountOptions): Omit<LimitsPort, 'singleCreations'> {
  return {
    takeRequests: async (upTo) => {
      const need = { purpose: 'write', holder: worker } as const
      for (let count = upTo; count > 1; count = Math.floor(count / 2))
        if ((await budget.tryTake({ ...need, requests: count })).taken) return count
      await budget.take({ ...need, requests: 1 })
      return 1
    },
    takeJobSlot: async (removal) => {
      const purpose = removal ? 'removal' : 'write'
      const answer = await budget.tryTake({ requests: 0, purpose, jobSlot: true, holder: worker })
      return answer.taken ? answer.slotId : null
    },
    releaseJobSlot: (slot) => budget.releaseJobSlot(slot),
  }
}
