import type { Redis } from 'ioredis'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { startCycles } from './cycle/cycle-worker.ts'
import { NameCatalogues } from './cycle/names.ts'
import type { PlanSources } from './cycle/plan-cycle.ts'
import { runCycle } from './cycle/run-cycle.ts'
import { openDirectory } from './directory/ldap/open-directory.ts'
import { compileMapping } from './mapping/mapping.ts'

export interface ProducerOptions {
  readonly config: Config
  readonly redis: Redis
  /** A client for BullMQ: it may block, and never gives up. */
  readonly bullmq: Redis
  /** The client of an account, by the account's name. */
  readonly zendesk: (account: string) => ZendeskClient
  readonly log: Logger
}

/** Runs the cycles of every connection until disposed. */
export async function startProducer({
  config,
  redis,
  bullmq,
  zendesk,
  log,
}: ProducerOptions): Promise<AsyncDisposable> {
  const owned = new AsyncDisposableStack()
  for (const connection of config.connections) {
    const logger = log.child({ connection: connection.id })
    const sources = owned.use(
      openSources({ config, connection, redis, zendesk: zendesk(connection.account), log: logger }),
    )
    const queues = owned.use(new ChangeQueues(connection.id, bullmq))
    owned.use(
      await startCycles({
        connection,
        redis,
        bullmq,
        log: logger,
        run: (signal, full) => runCycle({ ...sources, queues, log: logger }, { full }, signal),
      }),
    )
  }
  return owned
}

/** What a connection's cycles, and the CLI's look at them, read from. */
export function openSources({
  config,
  connection,
  redis,
  zendesk,
  log,
}: {
  config: Config
  connection: ConnectionConfig
  redis: Redis
  zendesk: ZendeskClient
  log: Logger
}): Omit<PlanSources, 'names'> & { names: NameCatalogues } & AsyncDisposable {
  const directory = openDirectory(connection.directory, { log })
  return {
    connection,
    protection: new ProtectedUsers(redis, {
      account: connection.account,
      patterns: config.accounts[connection.account]?.protect ?? [],
    }),
    directory,
    zendesk,
    redis,
    reader: new LedgerReader(redis, connection.id),
    mapping: compileMapping(connection.users, connection.directory),
    names: new NameCatalogues(zendesk, connection.users),
    configured: config.connections.map(({ id }) => id),
    apiUser: rememberedApiUser(zendesk),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}

/** Whose credentials we use, asked once: another user's come with another configuration, and that with a restart. */
function rememberedApiUser(zendesk: ZendeskClient): (signal: AbortSignal) => Promise<number | null> {
  let id: number | null = null
  return async (signal) => (id ??= (await zendesk.users.me({ signal })).id)
}
