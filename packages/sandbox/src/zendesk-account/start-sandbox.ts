import fastify from 'fastify'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { z, ZodError } from 'zod'
import type { Account } from './account.ts'
import { Authentication } from './authenticate.ts'
import { AuditLog } from './changes/audit-log.ts'
import { Webhooks } from './changes/webhooks.ts'
import { Faults } from './faults/faults.ts'
import { JobStatuses } from './jobs/job-statuses.ts'
import { ConcurrentWrites } from './limits/concurrent-writes.ts'
import { RateLimits } from './limits/rate-limits.ts'
import { loadAccount } from './load-account.ts'
import { RequestLog, type LoggedRequest } from './request-log.ts'
import { addSandboxRoutes } from './sandbox-routes.ts'
import type { Credentials } from './account-plan.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import { UNKNOWNS } from './unknowns.ts'
import { addZendeskApi } from './zendesk-api.ts'

export type { SandboxOptions } from './sandbox-options.ts'

/** A Zendesk account on a port. */
export interface ZendeskSandbox extends AsyncDisposable {
  readonly url: string
  readonly credentials: Credentials
  /** Up to date at the moment it is asked for. */
  readonly account: Account
  /** Oldest first. */
  readonly requests: readonly LoggedRequest[]
  /** Requests that are to fail. */
  readonly faults: Faults
  close(): Promise<void>
}

/** Recorded incidents are of minutes; on a good day it is seconds. */
const SEARCH_LAG_MS = 15_000

export const DEFAULT_CREDENTIALS: Credentials = {
  clientId: 'provisioner',
  clientSecret: 'sandbox-secret',
  email: 'api@example.org',
  apiToken: 'sandbox-token',
}

/** Starts an account that behaves as Zendesk's do, as far as is known. */
export async function startZendeskSandbox(options: SandboxOptions = {}): Promise<ZendeskSandbox> {
  const {
    plan = 'enterprise',
    limits = 'on',
    clock = 1,
    bulkImport = false,
    seats,
    departmentSpaces = false,
    severalOrganizations = false,
    answerDelayMs = 0,
    seed = 1,
  } = options
  const {
    headerSpelling = '2024',
    clientScopes,
    tokenLifetimeSeconds,
    before = {},
    host = '127.0.0.1',
    port = 0,
  } = options
  const credentials = { ...DEFAULT_CREDENTIALS, ...options.credentials }
  const searchLagMs = options.searchLagMs ?? SEARCH_LAG_MS / clock
  const unknowns = { ...UNKNOWNS, ...options.unknowns }
  const settings = {
    plan,
    limits,
    clock,
    bulkImport,
    seats,
    departmentSpaces,
    severalOrganizations,
    answerDelayMs,
    headerSpelling,
    clientScopes,
    tokenLifetimeSeconds,
    searchLagMs,
    unknowns,
  }
  const account = loadAccount(settings, seed, credentials, before)
  const auditLog = new AuditLog(account)
  const webhooks = new Webhooks(account)
  account.listeners.push(
    (change) => auditLog.note(change),
    (change) => webhooks.note(change),
  )
  const jobs = new JobStatuses(account)
  const faults = new Faults(options.faults)
  const api = {
    account,
    jobs,
    auditLog,
    webhooks,
    faults,
    authentication: new Authentication(account, credentials),
    log: new RequestLog(),
    limits: new RateLimits(settings),
    writes: new ConcurrentWrites(),
  }

  const server = fastify({
    logger: false,
    bodyLimit: 8_388_608,
    forceCloseConnections: true,
    // fastify asks of a server only what the two have in common
    serverFactory: (handler) =>
      (options.tls ? createSecureServer(options.tls, handler) : createServer(handler)) as Server,
    routerOptions: { maxParamLength: 500 },
    rewriteUrl: (request) => request.url!.replace(/\.json(?=$|\?)/, ''),
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, parseBody(String(body))))
  server.setErrorHandler((error, _request, reply) =>
    error instanceof ZodError ? reply.code(400).send({ error: z.prettifyError(error) }) : reply.send(error),
  )
  addSandboxRoutes(server, api)
  addZendeskApi(server, api)
  await server.listen({ host, port })
  const address = server.server.address() as AddressInfo
  const close = () => {
    webhooks[Symbol.dispose]()
    return server.close()
  }
  return {
    url: `${options.tls ? 'https' : 'http'}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${address.port}`,
    credentials,
    faults,
    get account() {
      jobs.advance()
      return account
    },
    get requests() {
      return api.log.all
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
