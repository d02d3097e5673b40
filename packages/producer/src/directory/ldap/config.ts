import type { ServerFamily } from '../profiles.ts'

/** The part of a connection's configuration that the adapter needs. */
export interface DirectoryConfig {
  readonly type: ServerFamily
  /** In order of preference. */
  readonly urls: readonly string[]
  readonly startTls: boolean
  readonly tls: { readonly caFile?: string | undefined; readonly verify: boolean }
  readonly bindDn?: string | undefined
  readonly bindPassword?: string | undefined
  readonly pageSize: number
  /** The immutable id's attribute. */
  readonly id: string
}
