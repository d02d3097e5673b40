import { connect } from './connect.ts'
import { DirectoryBindError, DirectoryUnreachableError } from './errors.ts'
import type { Session } from './session.ts'
import type { ServerList } from './server-list.ts'
import type { ConnectionSettings, Log } from './settings.ts'
import { adviceOnConnecting } from './connect-advice.ts'

/** A connection that waited longer is not used again, in milliseconds. Active Directory closes them after 900 s. */
const MAX_IDLE = 60_000

/** A connection that waited longer is asked for a sign of life first, in milliseconds: firewalls end them silently. */
const TRUSTED_IDLE = 1_000

/** A server that failed is tried after the others for so long, in milliseconds. */
const AVOID_FAILED = 60_000

/** Bound connections to the servers of one directory, the preferred server first, each lent to one user at a time. */
export class SessionPool implements AsyncDisposable {
  readonly #servers: Pick<ServerList, 'list'>
  readonly #settings: ConnectionSettings
  readonly #log: Log
  readonly #failedAt = new Map<string, number>()
  readonly #open = new Set<Session>()
  #idle: { readonly session: Session; readonly since: number }[] = []
  #disposed = false

  constructor(servers: Pick<ServerList, 'list'>, settings: ConnectionSettings, log: Log) {
    this.#servers = servers
    this.#settings = settings
    this.#log = log
  }

  /** Lends a connection that answers. @throws DirectoryUnreachableError, DirectoryBindError, the signal's reason. */
  async acquire(signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted()
    if (this.#disposed) throw new TypeError('The directory is closed')
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (await isUsable(idle.session, Date.now() - idle.since, signal)) return idle.session
      this.discard(idle.session)
    }
    return this.#connect(signal)
  }

  /** Takes a connection back whose last operation went well. */
  release(session: Session): void {
    if (this.#disposed || !session.isBound) this.discard(session)
    else this.#idle.push({ session, since: Date.now() })
  }

  /** Ends a connection that nobody shall use again. */
  discard(session: Session): void {
    this.#open.delete(session)
    session.close()
  }

  /** Remembers that a server broke a connection, so that the next one goes to another server. */
  avoid(url: string): void {
    this.#failedAt.set(url, Date.now())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    this.#idle = []
    await Promise.all([...this.#open].map((session) => session.end()))
    this.#open.clear()
  }

  async #connect(signal: AbortSignal): Promise<Session> {
    const { urls, failed: unknown } = await this.#servers.list()
    const failed = [...unknown]
    for (const url of this.#byPreference(urls)) {
      try {
        const session = await connect(url, this.#settings, signal)
        this.#failedAt.delete(url)
        this.#open.add(session)
        this.#log.debug({ url }, 'directory connected')
        return session
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof DirectoryBindError || !(error instanceof Error)) throw error
        this.avoid(url)
        failed.push({ url, error, advice: adviceOnConnecting(error, this.#settings.tls.certFile) })
        this.#log.warn({ url, reason: error.message }, 'directory server unreachable')
      }
    }
    throw new DirectoryUnreachableError(failed)
  }

  #byPreference(urls: readonly string[]): string[] {
    const recent = (url: string) => Date.now() - (this.#failedAt.get(url) ?? -Infinity) < AVOID_FAILED
    return [...urls].sort((a, b) => Number(recent(a)) - Number(recent(b)))
  }
}

async function isUsable(session: Session, idleTime: number, signal: AbortSignal): Promise<boolean> {
  if (!session.isBound || idleTime > MAX_IDLE) return false
  if (idleTime < TRUSTED_IDLE) return true
  try {
    await session.probe(signal)
    return true
  } catch {
    signal.throwIfAborted()
    return false
  }
}
