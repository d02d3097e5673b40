import type { Socket } from 'node:net'
import {
  type Client,
  PresenceFilter,
  SearchRequest,
  type SearchRequestMessageOptions,
  type SearchResponse,
} from 'ldapts'
import { NoAnswerError, within } from './within.ts'

/** For the last words to a server, in milliseconds. */
const LEAVE_TIMEOUT = 1_000

/** For a sign of life, in milliseconds: it is one entry that every server has at hand. */
const PROBE_TIMEOUT = 5_000

/** Thrown when the connection is gone, or is no longer the one that was bound. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError' as const
  readonly code = 'CONNECTION_LOST' as const

  constructor(url: string, options?: { cause: unknown }) {
    super(`The connection to ${url} is lost`, options)
  }
}

/**
 * What we use of ldapts beyond its public methods. `search()` and `searchPaginated()` hide the paged-results control
 * of the answer and take an empty page for the last one, which RFC 2696 does not say; they connect again on their own
 * and then read as anonymous; and they accumulate. `_send` does none of this: it writes a request to the socket that
 * is there, or throws, and resolves with the whole answer. The integration tests fail if a release takes it away.
 */
interface Sender {
  _send(request: SearchRequest): Promise<SearchResponse | undefined>
  _nextMessageId(): number
}

export type SearchParameters = Omit<SearchRequestMessageOptions, 'messageId' | 'explicitBufferAttributes' | 'paged'>

/**
 * One bound connection to one server, for one operation at a time. It is never connected again: after any error,
 * one of the parser included, it is closed, since nobody knows what the rest of its buffer held.
 */
export class Session {
  readonly url: string
  readonly #client: Client
  readonly #socket: Socket
  readonly #timeout: number
  #busy = false

  constructor(url: string, client: Client, socket: Socket, timeout: number) {
    this.url = url
    this.#client = client
    this.#socket = socket
    this.#timeout = timeout
  }

  /** Whether the connection still stands and the bind is in force. ldapts itself misses a close after StartTLS. */
  get isBound(): boolean {
    return this.#client.isBound && !this.#socket.destroyed && this.#socket.readyState === 'open'
  }

  /** Sends a search, or one page of it, and awaits the server's whole answer, whatever its result code. */
  async search(parameters: SearchParameters, signal: AbortSignal, ms = this.#timeout): Promise<SearchResponse> {
    if (this.#busy) throw new TypeError('A session takes one operation at a time')
    this.#busy = true
    try {
      signal.throwIfAborted()
      this.#assertBound()
      const sender = this.#client as unknown as Sender // its own type declares both as private
      // ldapts has ten seconds for a time limit of its own, and forgets what came before
      const request = new SearchRequest({
        sizeLimit: 0,
        timeLimit: 0,
        ...parameters,
        messageId: sender._nextMessageId(),
      })
      const deadline = { what: 'A search', ms, signal, giveUp: () => this.close() }
      const answer = await within(sender._send(request), deadline)
      this.#assertBound()
      if (answer === undefined) throw new ConnectionLostError(this.url)
      return answer
    } catch (error) {
      const lost = !this.isBound && !signal.aborted && !(error instanceof NoAnswerError)
      this.close()
      throw lost ? new ConnectionLostError(this.url, { cause: error }) : error
    } finally {
      this.#busy = false
    }
  }

  /** Finds out whether the connection still carries an answer, whatever it is. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.search(
      { baseDN: '', scope: 'base', filter: new PresenceFilter({ attribute: 'objectClass' }), attributes: ['1.1'] },
      signal,
      Math.min(PROBE_TIMEOUT, this.#timeout),
    )
  }

  /** Ends the connection at once. Closing twice is harmless. */
  close(): void {
    this.#socket.destroy()
  }

  /** Takes leave of the server and ends the connection. */
  async end(): Promise<void> {
    if (this.isBound && !this.#busy) {
      const leave = {
        what: 'Taking leave',
        ms: LEAVE_TIMEOUT,
        signal: new AbortController().signal,
        giveUp: () => this.close(),
      }
      await within(this.#client.unbind(), leave).catch(() => undefined) // the connection ends in either case
    }
    this.close()
  }

  #assertBound(): void {
    if (!this.isBound) throw new ConnectionLostError(this.url)
  }
}
