/** A request and its answer, without credentials. */
export interface LoggedRequest {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** 0 when the connection was cut instead of an answer. */
  status: number
  /** The fault that was made of it. */
  fault?: string
  /** Milliseconds until its answer. */
  took: number
}

const KEPT = 200_000

/** What was asked and answered, oldest first. */
export class RequestLog {
  #requests: LoggedRequest[] = []

  get all(): readonly LoggedRequest[] {
    return this.#requests
  }

  add(request: LoggedRequest): void {
    this.#requests.push(request)
    if (this.#requests.length > KEPT * 1.1) this.#requests = this.#requests.slice(-KEPT)
  }

  clear(): void {
    this.#requests = []
  }
}
