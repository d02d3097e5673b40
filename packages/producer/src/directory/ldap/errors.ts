import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { Search } from '../directory.ts'
import { describeLdapError } from './result-names.ts'

/** What a server answered to a connection, for the message. */
export interface FailedServer {
  readonly url: string
  readonly error: Error
  /** What helps against it, a sentence. */
  readonly advice: string
}

/** Thrown when none of the configured servers takes a connection. */
export class DirectoryUnreachableError extends ProvisioningError {
  override name = 'DirectoryUnreachableError' as const
  override code = 'DIRECTORY_UNREACHABLE' as const
  readonly servers: readonly FailedServer[]

  constructor(servers: readonly FailedServer[]) {
    const each = servers.map(({ url, error, advice }) => `${url}: ${describeLdapError(error)}. ${advice}`.trim())
    super(`No directory server could be reached. ${each.join(' ')}`, { cause: servers.at(-1)?.error })
    this.servers = servers
  }
}

/** Thrown when a server refuses the bind. No other server is tried: a second attempt might lock the account. */
export class DirectoryBindError extends ProvisioningError {
  override name = 'DirectoryBindError' as const
  override code = 'DIRECTORY_BIND_REFUSED' as const

  constructor(url: string, bindDn: string | undefined, reason: string, options?: { cause: unknown }) {
    super(`${url} refuses the bind as ${bindDn === undefined ? 'anonymous' : `'${bindDn}'`}: ${reason}`, options)
  }
}

/** Thrown when a search's filter is not one by RFC 4515. */
export class SearchFilterError extends ProvisioningError {
  override name = 'SearchFilterError' as const
  override code = 'DIRECTORY_FILTER_INVALID' as const

  constructor(filter: string, cause: unknown) {
    super(`'${filter}' is not an LDAP filter: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Why an answer may lack entries. */
export type IncompleteReason =
  | 'size limit'
  | 'time limit'
  | 'referral'
  | 'connection lost'
  | 'no answer'
  | 'refused'
  | 'paging broken'
  | 'range broken'
  | 'no rights'
  | 'base missing'
  | 'no DN'

/** How far a search had come. */
export interface ScanProgress {
  readonly url: string
  pages: number
  entries: number
}

/** Thrown when a search's answer may lack entries, so that nobody takes silence for absence. */
export class IncompleteScanError extends ProvisioningError {
  override name: 'IncompleteScanError' | 'SearchBaseMissingError' = 'IncompleteScanError'
  override code: 'DIRECTORY_SCAN_INCOMPLETE' | 'DIRECTORY_BASE_MISSING' = 'DIRECTORY_SCAN_INCOMPLETE'
  readonly reason: IncompleteReason
  readonly progress: Readonly<ScanProgress>

  constructor(
    search: Pick<Search, 'base' | 'filter' | 'setting'>,
    progress: Readonly<ScanProgress>,
    fault: { reason: IncompleteReason; what: string; todo: string; cause?: unknown },
  ) {
    const { url } = progress
    const setting = search.setting === undefined ? '' : ` (${search.setting})`
    super(
      `The search below '${search.base}'${setting} with ${search.filter} at ${url} is incomplete${describeProgress(progress)}: ` +
        `${fault.what}. ${fault.todo}`,
      { cause: fault.cause },
    )
    this.reason = fault.reason
    this.progress = { ...progress }
  }
}

/** ` after 3 pages and 120 entries`; nothing of a search that came to no entry. */
function describeProgress({ pages, entries }: ScanProgress): string {
  if (entries === 0) return ''
  return ` after ${pages} page${pages === 1 ? '' : 's'} and ${entries} entr${entries === 1 ? 'y' : 'ies'}`
}

/** Thrown when the base of a search does not exist: a removed or renamed OU must not read as "all left". */
export class SearchBaseMissingError extends IncompleteScanError {
  override name = 'SearchBaseMissingError' as const
  override code = 'DIRECTORY_BASE_MISSING' as const
}
