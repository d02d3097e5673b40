import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from './account.ts'
import { checkScope, unauthenticated, type Authentication, type Caller } from './authenticate.ts'
import type { JobStatuses } from './jobs/job-statuses.ts'
import { Refusal } from './refusal.ts'
import type { LoggedRequest, RequestLog } from './request-log.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { bulkMembershipRoutes } from './routes/bulk-membership-routes.ts'
import { bulkUserRoutes } from './routes/bulk-user-routes.ts'
import { groupRoutes } from './routes/group-routes.ts'
import { identityRoutes } from './routes/identity-routes.ts'
import { jobRoutes } from './routes/job-routes.ts'
import { membershipRoutes } from './routes/membership-routes.ts'
import type { Answer, Route } from './routes/route.ts'
import { userRoutes } from './routes/user-routes.ts'
import { showUser } from './users/show-user.ts'

export interface ZendeskApi {
  readonly account: Account
  readonly jobs: JobStatuses
  readonly authentication: Authentication
  readonly log: RequestLog
}

const ROUTES: readonly Route[] = [
  ...userRoutes,
  ...identityRoutes,
  ...groupRoutes,
  ...membershipRoutes,
  ...accountRoutes,
  ...bulkUserRoutes,
  ...bulkMembershipRoutes,
  ...jobRoutes,
]

/** The part of the server that Zendesk has as well. */
export function addZendeskApi(server: FastifyInstance, api: ZendeskApi): void {
  for (const route of ROUTES)
    server.route({
      method: route.method,
      url: `/api/v2${route.path}`,
      handler: (request, reply) => respond(api, request, reply, (caller) => runRoute(api, route, request, caller)),
    })
  server.get('/api/v2/users/me', (request, reply) => respond(api, request, reply, (caller) => showCaller(api, caller)))
  server.post('/oauth/tokens', (request, reply) =>
    respond(api, request, reply, () => ({
      status: 200,
      body: api.authentication.grant(bodyOf(request)),
    })),
  )
  server.setNotFoundHandler((request, reply) =>
    respond(api, request, reply, () => ({
      status: 404,
      body: { error: 'InvalidEndpoint', description: 'Not found' },
    })),
  )
}

function runRoute({ account, jobs }: ZendeskApi, route: Route, request: FastifyRequest, caller: Caller): Answer {
  if (caller.kind === 'anonymous') throw unauthenticated()
  checkScope(caller.scopes, route.area, route.method)
  const params = request.params as Readonly<Record<string, string>>
  return route.run({ account, jobs, params, query: queryOf(request), body: bodyOf(request), fate: {} })
}

async function respond(
  api: ZendeskApi,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (caller: Caller) => Answer,
): Promise<FastifyReply> {
  const entry = logEntry(request)
  const delay = api.account.settings.answerDelayMs
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
  api.jobs.advance()
  const answer = refusalsAsAnswers(() => run(api.authentication.identify(request.headers.authorization)))
  entry.status = answer.status
  entry.took = Math.round(reply.elapsedTime)
  api.log.add(entry)
  return send(reply, answer)
}

function refusalsAsAnswers(run: () => Answer): Answer {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers }
    throw error
  }
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  if (typeof body === 'string') return reply.type('text/plain; charset=utf-8').send(body)
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

/** Zendesk answers 200 to a caller without credentials, and a user without an id. */
function showCaller({ account }: ZendeskApi, caller: Caller): Answer {
  if (caller.kind === 'anonymous')
    return {
      status: 200,
      body: {
        user: {
          id: null,
          url: null,
          name: 'Anonymous user',
          email: 'invalid@example.com',
          role: 'end-user',
        },
      },
    }
  checkScope(caller.scopes, 'users', 'GET')
  return {
    status: 200,
    body: {
      user: {
        ...showUser(account, account.users.get(account.apiUserId)!),
        authenticity_token: null,
      },
    },
  }
}

function logEntry(request: FastifyRequest): LoggedRequest {
  const { authorization: _, ...headers } = request.headers
  return {
    at: new Date().toISOString(),
    method: request.method,
    path: request.url.split('?')[0]!,
    query: queryOf(request),
    headers: headers as Record<string, string>,
    body: request.url.startsWith('/oauth') ? null : (request.body ?? null),
    status: 0,
    took: 0,
  }
}

function queryOf(request: FastifyRequest): Readonly<Record<string, string>> {
  return request.query as Readonly<Record<string, string>>
}

function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const { body } = request
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {}
}
