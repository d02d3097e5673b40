import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxOptions } from './sandbox-options.ts'
import { startZendeskSandbox, type ZendeskSandbox } from './start-sandbox.ts'

export interface ReadAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed if it is JSON, the text otherwise. */
  // oxlint-disable-next-line typescript/no-explicit-any -- every test knows the shape that it asks for
  readonly body: any
}

/** A sandbox and somebody who calls it as an administrator, by HTTP and nothing else. For tests. */
export interface CalledSandbox extends AsyncDisposable {
  readonly sandbox: ZendeskSandbox
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ReadAnswer>
  /** Follows the job status of an answer to its end. */
  finish(answer: ReadAnswer): Promise<ReadAnswer['body']>
}

const DEADLINE_MS = 15_000

/** Fast, without the index's lag and the limits, unless asked otherwise. */
export async function callSandbox(options: SandboxOptions = {}): Promise<CalledSandbox> {
  const sandbox = await startZendeskSandbox({ clock: 50, searchLagMs: 0, limits: 'off', ...options })
  const { email, apiToken } = sandbox.credentials
  const authorization = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`

  const call: CalledSandbox['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body: parse(text) }
  }
  const finish: CalledSandbox['finish'] = async (answer) => {
    const deadline = Date.now() + DEADLINE_MS
    for (;;) {
      const { job_status: status } = (await call('GET', `/api/v2/job_statuses/${answer.body.job_status.id}`)).body
      if (status.status === 'completed' || status.status === 'failed') return status
      if (Date.now() > deadline) throw new Error(`The job status is still ${status.status}`)
      await sleep(20)
    }
  }
  return { sandbox, call, finish, [Symbol.asyncDispose]: () => sandbox.close() }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
