import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import { recognise } from '@provisioner/shared/directory-profiles/recognise.ts'
import type { Directory } from '../directory.ts'
import { atMost } from './at-most.ts'
import { hasChangedSince, readChangeToken } from './change-token.ts'
import { isSecure } from './connect.ts'
import { existingEntries } from './existing-entries.ts'
import { identifyMembers } from './identify-members.ts'
import { ModifiedEntries } from './modified-entries.ts'
import { contextsInOrder } from './naming-contexts.ts'
import { type Reading, readEntry, scanEntries } from './reading.ts'
import { readRootDse } from './root-dse.ts'
import { readAttributeTypes } from './schema.ts'
import { isDomain, ServerList, type ResolveSrv } from './server-list.ts'
import { SessionPool } from './session-pool.ts'
import type { Log } from './settings.ts'

/** In milliseconds. A page may take as long as Active Directory lets a query take (MaxQueryDuration, 120 s). */
const CONNECT_TIMEOUT = 10_000
const OPERATION_TIMEOUT = 130_000

/** Connections for single reads; a scan has one of its own. */
const READS_AT_ONCE = 4

const SCHEMA_FRESH_MS = 60 * 60_000
/** The same where it was not shown, as by a server that is busy. */
const NOT_SHOWN_MS = 60_000

/** The part of a connection's configuration that says how its directory is read. */
export type DirectoryAccess = Pick<
  DirectoryConfig,
  | 'type'
  | 'urls'
  | 'site'
  | 'startTls'
  | 'tls'
  | 'bindDn'
  | 'bindPassword'
  | 'pageSize'
  | 'id'
  | 'binary'
  | 'domainScope'
>

export interface OpenDirectoryOptions {
  readonly log: Log
  /** For the connection, its encryption and its bind together, in milliseconds. */
  readonly connectTimeout?: number
  /** For one page, in milliseconds. */
  readonly operationTimeout?: number
  /** Default: this machine's DNS. */
  readonly resolveSrv?: ResolveSrv
}

/** Opens a directory. Nothing is connected before something is asked of it. */
export function openDirectory(config: DirectoryAccess, options: OpenDirectoryOptions): Directory {
  const { log, connectTimeout = CONNECT_TIMEOUT, operationTimeout = OPERATION_TIMEOUT } = options
  warnOfOpenDoors(config, log)
  const servers = new ServerList(config, options.resolveSrv)
  const pool = new SessionPool(servers, { ...config, connectTimeout, operationTimeout }, log)
  const { binary, domainScope } = config
  const reading: Reading = {
    pool,
    idAttribute: config.id,
    binary: new Set(binary),
    pageSize: config.pageSize,
    domainScope,
  }
  const { changeTokens } = PROFILES[config.type]
  const modified = new ModifiedEntries(reading)
  const inTurn = atMost(READS_AT_ONCE)
  return {
    scan: (search, signal) => scanEntries(reading, search, signal),
    existing: (ids, bases, signal) => existingEntries(reading, ids, bases, signal),
    identify: (members, bases, signal) => identifyMembers(reading, members, bases, signal),
    server: async (signal) => {
      const shown = await readRootDse(reading, signal)
      if (shown === undefined) return undefined
      return { url: shown.url, contexts: contextsInOrder(shown.rootDse), ...recognise(shown.rootDse) }
    },
    changeToken: async (bases, signal) => {
      const token = await readChangeToken(reading, changeTokens, bases, signal)
      return token === 'none' && changeTokens.some(({ of }) => of === 'entries') ? modified.token(bases, signal) : token
    },
    hasChangedSince: (bases, since, signal) => hasChangedSince(reading, bases, since, signal),
    attributeTypes: remembered((base, signal) => readAttributeTypes(reading, base, signal)),
    read: (dn, attributes, signal) => inTurn(() => readEntry(reading, dn, attributes, signal)),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

type ReadTypes = Directory['attributeTypes']

/** Schemas change with the server's software, if at all. */
function remembered(read: ReadTypes): ReadTypes {
  const known = new Map<string, { readonly at: number; readonly types: ReadonlyMap<string, string> | undefined }>()
  return async (base, signal) => {
    const before = known.get(base)
    if (before && Date.now() - before.at < SCHEMA_FRESH_MS) return before.types
    const types = await read(base, signal)
    const at = Date.now() - (types === undefined ? SCHEMA_FRESH_MS - NOT_SHOWN_MS : 0)
    known.set(base, { at, types })
    return types
  }
}

function warnOfOpenDoors({ urls, startTls, tls, bindPassword }: DirectoryAccess, log: Log): void {
  if (!tls.verify)
    log.warn({ urls }, 'directory certificates are not verified: anybody between may read and change answers')
  const open = urls.filter((url) => !isSecure(url) && !isDomain(url) && !startTls && !isLoopback(url))
  if (open.length > 0 && bindPassword) {
    log.warn({ urls: open }, 'directory password travels unencrypted: use ldaps:// or startTls')
  }
}

function isLoopback(url: string): boolean {
  return /^(?:localhost|127\..*|\[::1\])$/.test(new URL(url).hostname)
}
