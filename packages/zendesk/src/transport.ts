import { RequestError } from 'got'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { z } from 'zod'
import type { Authorization } from './authorization.ts'
import type { Budget, Need, PauseScope, Purpose } from './budget/budget.ts'
import { classifyAnswer } from './classify-answer.ts'
import type { Answered, Exchange } from './exchange.ts'
import { ZendeskError, type RequestName, type ZendeskProblem } from './errors.ts'
import { Http } from './http.ts'
import { wordsOfLargeId } from './id.ts'
import { queryText } from './query-text.ts'
import { readRequestId } from './rate-headers.ts'
import { AnswerTooLargeError, type Received } from './receive.ts'
import { causeOf, describeSilence, isBrokenConnection, wasSent } from './silence.ts'

/** The last argument of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Default: `read` for GET, else `write`. */
  readonly purpose?: Purpose
  /** The request was taken from the budget already. It covers one request; a repeat after a 401 takes its own. */
  readonly prepaid?: boolean
  /**
   * Called before each request, once it is paid for and could go out at once. What it throws keeps it from being sent.
   */
  readonly beforeSending?: () => Promise<void>
  /** Called with Zendesk's id of each request that it answers and names, whatever it answers. */
  readonly answered?: (requestId: string) => void
  /** Whether what is sent takes something away, for a gate. Default: a DELETE does. */
  readonly takesAway?: boolean
  /** Milliseconds from the connection to the last byte of the answer; waiting for the budget does not count. */
  readonly timeoutMs?: number
  /** Called after each request with what was sent and what came back. */
  readonly onAnswer?: (answered: Answered) => void
}

export interface Request<S extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** From `/api/v2` on, without the query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What the answer's body must be. Absent: anything that the API itself can have said. */
  readonly answer?: S
  /** The user whom a `PUT /users/{id}` writes: such writes have limits of their own. */
  readonly singleUserWrite?: number
}

export interface TransportOptions {
  /** The account's base URL. */
  readonly url: string
  readonly auth: Authorization
  readonly budget: Budget
  readonly log: Logger
  readonly requestTimeoutMs: number
  readonly userAgent: string
  readonly holder: string
  readonly onExchange: (exchange: Exchange) => void
}

/** How long a scope rests after a 429 that names no time, ms. Zendesk's own Ruby client waits 10 s. */
const REST_MS = {
  'single user write': 1_000,
  'one user': 15_000,
  'job statuses': 2_000,
  account: 10_000,
  exports: 10_000,
} as const

/** What sends requests to one account: the transport, or a gate before it (`gate.ts`). */
export type Sender = Pick<Transport, 'send'>

/** Sends requests to one account: pays each from the budget, learns from each answer, and names every failure. */
export class Transport implements Disposable {
  readonly #o: TransportOptions
  readonly #http: Http

  /**
   * Writes that were refused by the limit of single user writes, though Zendesk documents it for two endpoints only:
   * whether `update_many` comes under it, nobody has recorded.
   */
  readonly #amongSingleUserWrites = new Set<string>()

  constructor(options: TransportOptions) {
    this.#o = options
    this.#http = new Http({ userAgent: options.userAgent })
  }

  /**
   * @throws ZendeskError, what `beforeSending` throws, or the signal's reason when it was aborted before the request
   *   went out
   */
  async send<S extends z.ZodType>(request: Request<S>, options: CallOptions = {}): Promise<z.output<S>> {
    if (!options.prepaid) await this.#pay(request, options)
    let authorization = await this.#o.auth.header(options.signal)
    await options.beforeSending?.()
    let received = await this.#exchange(request, authorization, options).catch(async (error: unknown) => {
      // Zendesk may close a connection that rests at the very moment at which we use it: to look once more is harmless.
      if (request.method !== 'GET' || !isBrokenConnection(error)) throw error
      await this.#pay(request, options)
      return this.#exchange(request, authorization, options)
    })
    if (received.status === 401 && (await this.#o.auth.renew(authorization, options.signal))) {
      await this.#pay(request, options)
      authorization = await this.#o.auth.header(options.signal)
      await options.beforeSending?.()
      received = await this.#exchange(request, authorization, options)
    }
    const id = readRequestId(received.headers)
    if (id !== undefined) options.answered?.(id)
    return this.#read(request, received)
  }

  async #pay(request: Request<z.ZodType>, { purpose, signal }: CallOptions): Promise<void> {
    const need: Need = {
      requests: 1,
      purpose: purpose ?? (request.method === 'GET' ? 'read' : 'write'),
      holder: this.#o.holder,
      ...(request.singleUserWrite !== undefined && {
        singleUserWrite: String(request.singleUserWrite),
      }),
      ...(this.#amongSingleUserWrites.has(request.path) && { amongSingleUserWrites: true }),
    }
    await this.#o.budget.take(need, signal)
  }

  async #exchange(
    { method, path, query, body }: Request<z.ZodType>,
    authorization: string,
    options: CallOptions,
  ): Promise<Received> {
    const name: RequestName = { method, path }
    const { signal, timeoutMs = this.#o.requestTimeoutMs } = options
    signal?.throwIfAborted()
    const startedAt = performance.now()
    const sent = {
      method,
      path: `${path}${queryText(query)}`,
      body: body === undefined ? undefined : JSON.stringify(body),
    }
    const tell = (status: number | null, answer: string) =>
      options.onAnswer?.({ ...sent, status, answer, ms: Math.round(performance.now() - startedAt) })
    try {
      const received = await this.#http.send({
        method,
        url: `${this.#o.url}${sent.path}`,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: sent.body,
        timeoutMs,
        signal,
      })
      tell(received.status, received.body)
      this.#note(name, received.status, startedAt, missingScopes(name, received))
      this.#o.budget.observe(received.headers)
      return received
    } catch (error) {
      if (error instanceof AnswerTooLargeError) return this.#tooLarge(name, error, startedAt)
      if (!(error instanceof RequestError)) throw error
      const { response } = error
      tell(response?.statusCode ?? null, describeSilence(error, timeoutMs))
      this.#note(name, response?.statusCode ?? null, startedAt)
      // A refusal whose words were cut off is a refusal.
      if (response && response.statusCode >= 400)
        return { status: response.statusCode, headers: response.headers, body: '' }
      throw new ZendeskError({ kind: 'unanswered', sent: wasSent(error) }, name, describeSilence(error, timeoutMs), {
        cause: causeOf(error),
      })
    }
  }

  /** A refusal whose words are too many is a refusal; anything else nobody can read. */
  #tooLarge(name: RequestName, { status, headers, message }: AnswerTooLargeError, startedAt: number): Received {
    this.#note(name, status, startedAt)
    if (status >= 400) return { status, headers, body: '' }
    throw new ZendeskError({ kind: 'unreadable' }, name, `${message}; check the account’s URL and any proxy.`, {
      status,
    })
  }

  #note({ method, path }: RequestName, status: number | null, startedAt: number, missing?: readonly string[]): void {
    const ms = Math.round(performance.now() - startedAt)
    this.#o.log.debug({ method, path, status, ms }, 'Zendesk request')
    this.#o.onExchange({
      method,
      route: path.replace(/\/\d+(?=\/|$)/g, '/{id}'),
      status,
      ms,
      ...(missing && { missingScopes: missing }),
    })
  }

  async #read<S extends z.ZodType>(request: Request<S>, { status, headers, body }: Received): Promise<z.output<S>> {
    const { method, path, answer } = request
    if (status >= 200 && status < 300) {
      if (!answer && isOfTheApi(body)) return undefined as z.output<S>
      const parsed = answer?.safeParse(parseJson(body))
      if (parsed?.success) return parsed.data
      const largeId = parsed && wordsOfLargeId(parsed.error)
      if (largeId !== undefined) throw new ZendeskError({ kind: 'unreadable' }, { method, path }, largeId, { status })
    }
    const { problem, words } = classifyAnswer({ method, path, status, headers, body }, Date.now())
    await this.#rest(problem, request)
    throw new ZendeskError(problem, { method, path }, words, { status })
  }

  async #rest(problem: ZendeskProblem, { path, singleUserWrite }: Request<z.ZodType>): Promise<void> {
    if (problem.kind === 'too many jobs')
      return this.#o.budget.pause('job-statuses', problem.retryAfterMs ?? REST_MS['job statuses'])
    if (problem.kind !== 'rate limited') return
    const { scope, retryAfterMs = REST_MS[scope] } = problem
    // One of a bulk write's users: the others can go out without them.
    if (scope === 'one user' && singleUserWrite === undefined) return
    if (scope === 'single user write' && singleUserWrite === undefined) this.#amongSingleUserWrites.add(path)
    const paused: PauseScope =
      scope === 'one user'
        ? `user:${singleUserWrite}`
        : scope === 'single user write'
          ? 'single-user-write'
          : scope === 'job statuses'
            ? 'job-statuses'
            : scope
    this.#o.log.warn({ scope, retryAfterMs }, 'Zendesk asks us to wait')
    await this.#o.budget.pause(paused, retryAfterMs)
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]()
  }
}

function missingScopes(name: RequestName, received: Received): readonly string[] | undefined {
  if (received.status !== 403) return undefined
  const { problem } = classifyAnswer({ ...name, ...received }, Date.now())
  return problem.kind === 'forbidden' ? problem.scopes : undefined
}

/** JSON, or nothing. A page is a proxy's: nobody knows whether the request came through. */
function isOfTheApi(body: string): boolean {
  return body.trim() === '' || parseJson(body) !== undefined
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
