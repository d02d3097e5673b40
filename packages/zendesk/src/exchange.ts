/** One request that was answered or not, for metrics. `route` has `{id}` for every number. */
export interface Exchange {
  readonly method: string
  readonly route: string
  /** Null when there was no answer. */
  readonly status: number | null
  readonly ms: number
  /** OAuth scopes that the token lacks for this request; absent when it lacks none. */
  readonly missingScopes?: readonly string[]
}

/** A request as it was sent, and its answer; neither has the credentials. */
export interface Answered {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** JSON; undefined where nothing was sent. */
  readonly body: string | undefined
  /** Null when there was no answer: then `answer` says why. */
  readonly status: number | null
  readonly answer: string
  readonly ms: number
}
