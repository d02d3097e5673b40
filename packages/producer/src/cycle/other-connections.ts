import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Directory } from '../directory/directory.ts'
import { openDirectory } from '../directory/ldap/open-directory.ts'

/** Another connection of the same account: groups of Active Directory may have its users as members. */
export interface OtherConnection {
  readonly connection: ConnectionConfig
  readonly reader: Pick<LedgerReader, 'failingCycles' | 'records'>
  /** Its directory; asked for only where a member may be there. */
  readonly directory: () => Pick<Directory, 'identify'>
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
    let opened: Directory | undefined
    return {
      connection: one,
      reader: new LedgerReader(redis, connectionName(one)),
      directory: () => (opened ??= owned.use(openDirectory(one.directory, { log: log.child({ connection: one.id }) }))),
    }
  }
  return { others: others.map(open), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
