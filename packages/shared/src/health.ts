import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from './logger.ts'

export interface HealthOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** By name; each throws, or rejects, with the reason why the service is not ready. */
  readonly checks: Readonly<Record<string, () => Promise<void> | void>>
  readonly metrics?: () => Promise<string>
  readonly log: Logger
}

/** A check that takes longer has failed, ms. */
const CHECK_MS = 2_000

/**
 * Serves `/healthz` (the process answers), `/readyz` (every check passes, else 503 with the reasons) and, where given,
 * `/metrics`. @throws when the port is taken
 */
export async function startHealthServer({
  host,
  port,
  checks,
  metrics,
  log,
}: HealthOptions): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.url === '/healthz') return send(response, 200, JSON.stringify({ status: 'alive' }))
      if (request.url === '/metrics' && metrics)
        return send(response, 200, await metrics(), 'text/plain; version=0.0.4')
      if (request.url !== '/readyz') return send(response, 404, JSON.stringify({ error: 'not found' }))
      const reasons = await failing(checks)
      return send(
        response,
        reasons.size === 0 ? 200 : 503,
        JSON.stringify({ status: reasons.size === 0 ? 'ready' : 'not ready', failing: Object.fromEntries(reasons) }),
      )
    }
    answer().catch((error: unknown) => {
      log.warn({ err: error }, 'Health not answered')
      if (!response.headersSent) send(response, 500, JSON.stringify({ error: 'health check failed' }))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function failing(checks: HealthOptions['checks']): Promise<Map<string, string>> {
  const reasons = new Map<string, string>()
  await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>(
        (_resolve, reject) =>
          (timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS)),
      )
      try {
        await Promise.race([Promise.resolve().then(check), late])
      } catch (error) {
        reasons.set(name, error instanceof Error ? error.message : String(error))
      } finally {
        clearTimeout(timer)
      }
    }),
  )
  return reasons
}

function send(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}
