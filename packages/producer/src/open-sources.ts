import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ApiUser } from '@provisioner/zendesk/api-user.ts'
import { NameCatalogues } from './cycle/names.ts'
import { openOtherConnections } from './cycle/other-connections.ts'
import type { PlanSources } from './cycle/plan-sources.ts'
import { heapLimitMb, roomForEntries, withRoomFor } from './directory/room-for-entries.ts'
import type { Directory } from './directory/directory.ts'
import { openDirectory } from './directory/ldap/open-directory.ts'
import type { Evaluator } from './expressions/evaluator.ts'
import { compileMapping } from './mapping/mapping.ts'

/** What a connection's cycles, and the CLI's look at them, read from. */
export function openSources({
  config,
  connection,
  redis,
  zendesk,
  evaluator,
  log,
  opened = openDirectory(connection.directory, { log }),
}: {
  config: Config
  connection: ConnectionConfig
  redis: RedisClient
  zendesk: ZendeskClient
  evaluator: Evaluator
  log: Logger
  /** Default: the one of the configuration. It is closed with the sources. */
  opened?: Directory
}): PlanSources & AsyncDisposable {
  const directory = withRoomFor(roomForEntries(heapLimitMb()), opened, log)
  const account = config.accounts[connection.account]!
  const reader = new LedgerReader(redis, connectionName(connection))
  const owned = new AsyncDisposableStack()
  owned.use(directory)
  const { others } = owned.use(openOtherConnections(config, connection, { redis, log }))
  return {
    connection,
    others,
    protection: new ProtectedUsers(redis, { account: connection.account, patterns: account.protect }),
    directory,
    zendesk,
    redis,
    reader,
    mapping: compileMapping(connection.users, connection.directory, evaluator.evaluate),
    names: new NameCatalogues(zendesk, connection.users, reader),
    configured: config.connections.flatMap(({ id, account }) => (account === connection.account ? [id] : [])),
    apiUser: new ApiUser(zendesk, redis, connection.account, account),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
