import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Directory } from '../directory/directory.ts'
import { DirectoryBindError } from '../directory/ldap/errors.ts'
import { openDirectory } from '../directory/ldap/open-directory.ts'

/** Another connection of the same account: groups of Active Directory may have its users as members. */
export interface OtherConnection {
  readonly connection: ConnectionConfig
  readonly reader: LedgerReader
  /** Asks its directory. A refused bind is not tried again before a cycle of that connection was let in. */
  readonly identify: Directory['identify']
}

/** Those that read an Active Directory, for a connection that does. Their directories are closed with it. */
export function openOtherConnections(
  config: Pick<Config, 'connections'>,
  connection: ConnectionConfig,
  { redis, log }: { redis: RedisClient; log: Logger },
): { readonly others: readonly OtherConnection[] } & AsyncDisposable {
  const owned = new AsyncDisposableStack()
  const isDomain = ({ directory }: ConnectionConfig) => directory.type === 'active-directory'
  const all = isDomain(connection) ? config.connections.filter(isDomain) : []
  const others = all.filter(({ id, account }) => id !== connection.id && account === connection.account)
  const open = (one: ConnectionConfig): OtherConnection => {
    const reader = new LedgerReader(redis, connectionName(one))
    let opened: Directory | undefined
    const directory = () =>
      (opened ??= owned.use(openDirectory(one.directory, { log: log.child({ connection: one.id }) })))
    return { connection: one, reader, identify: notRefused(reader, directory) }
  }
  return { others: others.map(open), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Another try might lock the account: a cycle has to be let in first. */
function notRefused(reader: LedgerReader, directory: () => Directory): Directory['identify'] {
  let refused: { readonly error: DirectoryBindError; readonly since: number | undefined } | undefined
  return async (...asked) => {
    if (refused && (await reader.lastCycle())?.cycle === refused.since) throw refused.error
    refused = undefined
    try {
      return await directory().identify(...asked)
    } catch (error) {
      if (error instanceof DirectoryBindError) refused = { error, since: (await reader.lastCycle())?.cycle }
      throw error
    }
  }
}
