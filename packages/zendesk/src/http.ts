import nodeHttp, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import nodeHttps from 'node:https'
import got, { type Got } from 'got'
import { receive, type Received } from './receive.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Milliseconds from the start to the last byte of the answer. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** A hundred users whose texts are all as long as Zendesk lets them be have less. Unpacked. */
const MOST_BYTES = 32 * 2 ** 20

/** Sets of headers and time limits that are kept ready. */
const CLIENTS = 8

/**
 * Sends requests over connections that are kept: each once, redirects not followed, whatever the status.
 *
 * Of a worker that writes one by one, most of its time is got's. Two of got's dearer ways are left out, which saves a
 * third of that: its promises, which cost more than its streams, and the options that it hands to Node.js, most of
 * them undefined.
 */
export class Http implements Disposable {
  readonly #agents = {
    http: new nodeHttp.Agent({ keepAlive: true, scheduling: 'lifo' }),
    https: new nodeHttps.Agent({ keepAlive: true, scheduling: 'lifo' }),
  }
  readonly #got: Got
  readonly #clients = new Map<string, Got>()

  constructor({ userAgent }: { userAgent: string }) {
    this.#got = got.extend({
      retry: { limit: 0 },
      throwHttpErrors: false,
      followRedirect: false,
      agent: this.#agents,
      request: requestWithout,
      headers: { accept: 'application/json', 'user-agent': userAgent },
    }) as Got
  }

  /**
   * @throws RequestError of got's when there was no whole answer; its `response` is set when one began
   * @throws AnswerTooLargeError
   */
  send({ method, url, headers, body, timeoutMs, signal }: HttpRequest): Promise<Received> {
    const request = this.#clientFor(headers, timeoutMs).stream(url, {
      method,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    })
    if (body === undefined && method !== 'GET') request.end()
    return receive(request, MOST_BYTES)
  }

  /** Nearly all requests share their headers and time limit: got looks through them once, and not for each. */
  #clientFor(headers: Readonly<Record<string, string>>, timeoutMs: number): Got {
    const key = JSON.stringify([headers, timeoutMs])
    const known = this.#clients.get(key)
    if (known) return known
    // a token is renewed every hour
    if (this.#clients.size >= CLIENTS) this.#clients.clear()
    const client = this.#got.extend({ headers: { ...headers }, timeout: { request: timeoutMs } }) as Got
    this.#clients.set(key, client)
    return client
  }

  [Symbol.dispose](): void {
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }
}

/** Node.js copies the options of a request twice: those that are undefined say nothing, and are left out. */
function requestWithout(
  url: URL,
  options: RequestOptions,
  onResponse?: (response: IncomingMessage) => void,
): ClientRequest {
  const said: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) if (value !== undefined) said[name] = value
  return (url.protocol === 'https:' ? nodeHttps : nodeHttp).request(url, said, onResponse)
}
