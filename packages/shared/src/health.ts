import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { withoutSecrets } from './known-secrets.ts'
import type { Logger } from './logger.ts'

export interface HealthOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** By name; each throws, or rejects, with the reason why the service is not ready. */
  readonly checks: Readonly<Record<string, () => Promise<void> | void>>
  /** In Prometheus' text format. */
  readonly metrics?: () => Promise<string>
  readonly log: Logger
}

/** A check that takes longer has failed, ms. */
const CHECK_MS = 2_000

const JSON_TYPE = 'application/json'
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves, for whoever starts and watches the process:
 *
 *   GET      | answer
 *   ---------|------------------------------------------------------------------------------------
 *   /healthz | 200: the process answers
 *   /readyz  | 200 when every check passes, else 503; names those that pass and why the others fail
 *   /metrics | the metrics, where given
 *
 * @throws when the port is taken
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
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host, resolve))
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
  { checks, metrics }: HealthOptions,
  response: ServerResponse,
): Promise<void> {
  if (path === '/healthz') return send(response, 200, JSON.stringify({ status: 'alive' }))
  if (path === '/metrics' && metrics) return send(response, 200, await metrics(), METRICS_TYPE)
  if (path !== '/readyz') return send(response, 404, JSON.stringify({ error: 'not found' }))
  const failing = await runChecks(checks)
  const passing = Object.keys(checks).filter((name) => !(name in failing))
  const ready = passing.length === Object.keys(checks).length
  send(response, ready ? 200 : 503, JSON.stringify({ status: ready ? 'ready' : 'not ready', passing, failing }))
}

/** Names of the checks that fail, with their reasons. */
async function runChecks(checks: HealthOptions['checks']): Promise<Record<string, string>> {
  const reasons = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await reasonOf(check)] as const),
  )
  return Object.fromEntries(reasons.flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason]])))
}

async function reasonOf(check: () => Promise<void> | void): Promise<string | undefined> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS)
  try {
    await Promise.race([Promise.resolve().then(check), late])
    return undefined
  } catch (error) {
    return withoutSecrets(error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}

function send(response: ServerResponse, status: number, body: string, type = JSON_TYPE): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}
