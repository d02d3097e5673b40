/** How to reach and to enter the servers of one directory. */
export interface ConnectionSettings {
  readonly startTls: boolean
  readonly tls: {
    readonly caFile?: string | undefined
    /** The client's own certificate, and its key. */
    readonly certFile?: string | undefined
    readonly keyFile?: string | undefined
    readonly verify: boolean
  }
  readonly bindDn?: string | undefined
  readonly bindPassword?: string | undefined
  /** For the connection, its encryption and its bind together, in milliseconds. */
  readonly connectTimeout: number
  /** For one search, or one page of it, in milliseconds. */
  readonly operationTimeout: number
}

/** The part of a logger that the adapter uses; pino's fits. */
export interface Log {
  debug(data: object, message: string): void
  warn(data: object, message: string): void
}
