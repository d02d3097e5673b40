import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EnvironmentError } from './environment.ts'
import { withoutSecrets } from './known-secrets.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics/metrics.ts'

export interface HealthOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** By name; each throws, or rejects, with the reason why the service is not ready. */
  readonly checks: Readonly<Record<string, () => Promise<void> | void>>
  /**
   * What a service that is ready can't do, or waits for: by name, the reason. It is asked only while all checks pass.
   */
  readonly degraded?: () => Promise<Readonly<Record<string, string>>>
  /** Answers /metrics. */
  readonly metrics?: Pick<Metrics, 'scrape'>
  readonly log: Logger
}

/** A check that takes longer has failed, ms. */
const CHECK_MS = 2_000

/**
 * Serves, for whoever starts and watches the process:
 *
 *   GET      | answer
 *   ---------|------------------------------------------------------------------------------------
 *   /healthz | 200: the process answers
 *   /metrics | what Prometheus scrapes
 *   /readyz  | 200 when every check passes, else 503; names those that pass and why the others fail. Of 200, the status
 *            | is `ready`, or `degraded` with the reasons: the process works, and what it is part of does not
 *
 * @throws EnvironmentError when the port is taken, or the host is none of this machine's
 */
export async function startHealthServer(options: HealthOptions): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    const known = request.method === 'GET' || request.method === 'HEAD' ? path : undefined
    answer(known, options, response).catch((error: unknown) => {
      options.log.warn({ err: error, path }, 'Health not answered')
      if (!response.headersSent) send(response, 500, JSON.stringify({ error: 'not answered; see the log' }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${options.host}:${options.port}`
      const message = `Health can't be served on ${where} (${cause.code}); set HEALTH_HOST and HEALTH_PORT`
      reject(new EnvironmentError(message, { cause }))
    })
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  path: string | undefined,
  { checks, degraded, metrics, log }: HealthOptions,
  response: ServerResponse,
): Promise<void> {
  if (path === '/healthz') return send(response, 200, JSON.stringify({ status: 'alive' }))
  if (path === '/metrics' && metrics) {
    const { contentType, text } = await metrics.scrape()
    return void response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text)
  }
  if (path !== '/readyz') return send(response, 404, JSON.stringify({ error: 'not found' }))
  const failing = await runChecks(checks)
  const passing = Object.keys(checks).filter((name) => !(name in failing))
  const ready = passing.length === Object.keys(checks).length
  if (!ready) return send(response, 503, JSON.stringify({ status: 'not ready', passing, failing }))
  const reasons = await within(CHECK_MS, async () => (await degraded?.()) ?? {}).catch((error: unknown) => {
    log.debug({ err: error }, 'Not known whether the service is degraded')
    return {}
  })
  const isDegraded = Object.keys(reasons).length > 0
  const body = { status: isDegraded ? 'degraded' : 'ready', passing, failing, ...(isDegraded && { degraded: reasons }) }
  send(response, 200, JSON.stringify(body))
}

/** Names of the checks that fail, with their reasons. */
async function runChecks(checks: HealthOptions['checks']): Promise<Record<string, string>> {
  const reasons = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await reasonOf(check)] as const),
  )
  return Object.fromEntries(reasons.flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason]])))
}

async function reasonOf(check: () => Promise<void> | void): Promise<string | undefined> {
  try {
    await within(CHECK_MS, check)
    return undefined
  } catch (error) {
    return withoutSecrets(error instanceof Error ? error.message : String(error))
  }
}

async function within<T>(ms: number, ask: () => Promise<T> | T): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([Promise.resolve().then(ask), late])
  } finally {
    clearTimeout(timer)
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
}
