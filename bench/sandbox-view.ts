/** A request as the sandbox logged it. */
export interface Logged {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
}

/** A job status of the sandbox's, with how long it took to carry out, ms. */
export interface JobDuration {
  readonly items: number
  readonly ms: number
}

/** The sandbox as a benchmark looks at it: its request log, its job statuses, its public counts. */
export class SandboxView {
  readonly url: string
  readonly #authorization: string

  constructor(url: string, { email, apiToken }: { email: string; apiToken: string }) {
    this.url = url
    this.#authorization = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  }

  get headers(): Record<string, string> {
    return { authorization: this.#authorization, 'content-type': 'application/json' }
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: this.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** All requests to the API, oldest first. */
  async requests(): Promise<Logged[]> {
    const { requests } = await this.call<{ requests: (Omit<Logged, 'at'> & { at: string | number })[] }>(
      'GET',
      '/sandbox/requests',
    )
    return requests.filter(({ path }) => path.startsWith('/api/')).map((one) => ({ ...one, at: +new Date(one.at) }))
  }

  forgetRequests(): Promise<void> {
    return this.call('DELETE', '/sandbox/requests')
  }

  async jobDurations(): Promise<JobDuration[]> {
    return (await this.call<{ jobs: JobDuration[] }>('GET', '/sandbox/jobs')).jobs
  }

  async holds(): Promise<{ users: number; groups: number; memberships: number }> {
    const state = await this.call<Record<'users' | 'groups' | 'memberships', unknown[]>>('GET', '/sandbox/state')
    return { users: state.users.length, groups: state.groups.length, memberships: state.memberships.length }
  }
}
