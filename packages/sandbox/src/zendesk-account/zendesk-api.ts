import type { FastifyInstance, FastifyRequest } from 'fastify'
import { checkScope, unauthenticated, type Caller } from './authenticate.ts'
import type { JobFate } from './jobs/job-statuses.ts'
import { objectOf, respond } from './respond.ts'
import type { ZendeskApi } from './zendesk-parts.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { brandRoutes } from './routes/brand-routes.ts'
import { changeRoutes } from './routes/change-routes.ts'
import { bulkMembershipRoutes } from './routes/bulk-membership-routes.ts'
import { bulkUserRoutes } from './routes/bulk-user-routes.ts'
import { groupRoutes } from './routes/group-routes.ts'
import { identityRoutes } from './routes/identity-routes.ts'
import { jobRoutes } from './routes/job-routes.ts'
import { membershipRoutes } from './routes/membership-routes.ts'
import type { Answer, Route } from './routes/route.ts'
import { sessionRoutes } from './routes/session-routes.ts'
import { ticketRoutes } from './routes/ticket-routes.ts'
import { userRoutes } from './routes/user-routes.ts'
import { showUser } from './users/show-user.ts'

const ROUTES: readonly Route[] = [
  ...userRoutes,
  ...sessionRoutes,
  ...identityRoutes,
  ...groupRoutes,
  ...membershipRoutes,
  ...accountRoutes,
  ...brandRoutes,
  ...changeRoutes,
  ...bulkUserRoutes,
  ...bulkMembershipRoutes,
  ...jobRoutes,
  ...ticketRoutes,
]

const NO_ENDPOINT: Answer = { status: 404, body: { error: 'InvalidEndpoint', description: 'Not found' } }

/** Whoever has a token of the API needs none of these; accounts send one all the same. */
const AUTHENTICITY_TOKEN = 'a-sandbox-has-no-sessions-to-protect'

/** The part of the server that Zendesk has as well. */
export function addZendeskApi(server: FastifyInstance, api: ZendeskApi): void {
  for (const route of ROUTES)
    server.route({
      method: route.method,
      url: `/api/v2${route.path}`,
      handler: (request, reply) =>
        respond(api, request, reply, (caller, fate) => runRoute(api, route, request, caller, fate)),
    })
  server.get('/api/v2/users/me', (request, reply) => respond(api, request, reply, (caller) => showCaller(api, caller)))
  server.post('/oauth/tokens', (request, reply) =>
    respond(api, request, reply, () => ({
      status: 201,
      body: api.authentication.grant(objectOf(request.body)),
    })),
  )
  server.setNotFoundHandler((request, reply) =>
    request.url.startsWith('/api/') ? respond(api, request, reply, () => NO_ENDPOINT) : reply.code(404).send(),
  )
}

function runRoute(
  { account, jobs, auditLog, webhooks }: ZendeskApi,
  route: Route,
  request: FastifyRequest,
  caller: Caller,
  fate: JobFate,
): Answer {
  if (caller.kind === 'anonymous') throw unauthenticated()
  checkScope(caller.scopes, route.area, route.method)
  const params = request.params as Readonly<Record<string, string>>
  return route.run({
    account,
    jobs,
    auditLog,
    webhooks,
    params,
    query: queryOf(request),
    body: objectOf(request.body),
    fate,
  })
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
        authenticity_token: AUTHENTICITY_TOKEN,
      },
    },
  }
}

function queryOf(request: FastifyRequest): Readonly<Record<string, string>> {
  return request.query as Readonly<Record<string, string>>
}
