import { fingerprint } from '../desired.ts'
import type { Config, ConnectionConfig } from './config.ts'

/**
 * The fingerprint of all that decides what a connection writes. Two configurations with one fingerprint keep Zendesk
 * the same. Left out are secrets, and how the servers are reached, which may differ from host to host: TLS, the order
 * of the directory's addresses, the size of a page, Redis.
 */
export function configPrint({ accounts }: Pick<Config, 'accounts'>, connection: ConnectionConfig): string {
  const {
    urls,
    startTls: _startTls,
    tls: _tls,
    bindPassword: _password,
    pageSize: _size,
    ...read
  } = connection.directory
  const { auth: _auth, ...account } = accounts[connection.account]!
  return fingerprint(inOrder({ ...connection, directory: { ...read, urls: urls.toSorted() }, account }))
}

/** The fingerprints of connections, by account and id. */
export type PrintsByAccount = ReadonlyMap<string, Readonly<Record<string, string>>>

/** The same of each connection, by its account and id. */
export function configPrints(config: Config): PrintsByAccount {
  const byAccount = Map.groupBy(config.connections, ({ account }) => account)
  return new Map(
    [...byAccount].map(([account, connections]) => [
      account,
      Object.fromEntries(connections.map((one) => [one.id, configPrint(config, one)])),
    ]),
  )
}

/** The fingerprint of what is planned for an entry: when it changes, every entry is planned anew. */
export function policyPrint({ users, groups, directory }: ConnectionConfig): string {
  const { status = null, expires, personClasses, groupClasses } = directory
  return fingerprint(inOrder({ users, groups: groups ?? null, status, expires, personClasses, groupClasses }))
}

/**
 * A fingerprint forgets the order of keys. In `byGroup` it counts: the first group that an entry is in gives the role.
 */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'byGroup' ? Object.entries(inner ?? {}) : inOrder(inner),
    ]),
  )
}
