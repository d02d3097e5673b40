import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { showGroup } from './groups/groups.ts'
import { showMembership } from './groups/memberships.ts'
import { showJob } from './jobs/job-statuses.ts'
import { PLAN_LIMITS, type Plan } from './account-plan.ts'
import { UNKNOWN_CHOICES } from './unknowns.ts'
import { showUser } from './users/show-user.ts'
import { originOf } from './respond.ts'
import { requestTickets } from './tickets/seed-tickets.ts'
import { addTicket } from './tickets/write-ticket.ts'
import { showTicket } from './tickets/show-ticket.ts'
import { signIn } from './users/sessions.ts'
import { renderPage } from './web/page.ts'
import type { ZendeskApi } from './zendesk-parts.ts'

/** What only a sandbox has: a look behind the scenes. */
export function addSandboxRoutes(server: FastifyInstance, api: ZendeskApi): void {
  const { account, jobs, webhooks, log, faults, limits } = api
  server.get<{ Querystring: { q?: string } }>('/', (request, reply) => {
    jobs.advance()
    return reply.type('text/html; charset=utf-8').send(renderPage(api, request.query.q ?? '').text)
  })
  server.get('/healthz', () => ({ status: 'ok' }))
  server.get('/sandbox/requests', () => ({ requests: log.all }))
  server.delete('/sandbox/requests', (_request, reply) => {
    log.clear()
    return reply.code(204).send()
  })
  server.get('/sandbox/deliveries', () => ({ deliveries: webhooks.deliveries }))
  server.get('/sandbox/mails', () => ({ mails: account.mails }))
  server.get('/sandbox/state', (request) => {
    jobs.advance()
    account.origin = originOf(request)
    return {
      users: account.users.all().map((user) => showUser(account, user)),
      identities: account.identities.all(),
      groups: account.groups.all().map((group) => showGroup(account, group)),
      memberships: account.memberships.all().map((one) => showMembership(account, one)),
      organizations: account.organizations.all(),
      tickets: account.tickets.all().map((ticket) => showTicket(account, ticket)),
      customRoles: account.customRoles.all(),
      jobs: jobs.all().map((job) => showJob(account, job)),
      mails: account.mails,
    }
  })

  server.get('/sandbox/jobs', (request) => {
    jobs.advance()
    account.origin = originOf(request)
    return {
      jobs: jobs.all().map((job) => ({
        ...showJob(account, job),
        items: job.items.length,
        at: job.createdAt,
        ms: job.endsAt - job.createdAt,
      })),
    }
  })

  server.get('/sandbox/faults', () => ({ faults: faults.list() }))
  server.post('/sandbox/faults', (request, reply) => {
    const { rate, ...fault } = z.looseObject({ rate: z.unknown().optional() }).parse(request.body)
    if (rate === undefined) faults.add(fault as never)
    else faults.setRate(request.body as never)
    return reply.code(201).send({ faults: faults.list() })
  })
  server.delete('/sandbox/faults', (_request, reply) => {
    faults.clear()
    return reply.code(204).send()
  })

  server.get('/sandbox/settings', () => account.settings)
  server.patch('/sandbox/settings', (request) => {
    const { unknowns, ...changes } = SettingsChange.parse(request.body)
    Object.assign(account.settings, changes)
    Object.assign(account.settings.unknowns, unknowns)
    return account.settings
  })
  server.put('/sandbox/open-tickets', (request, reply) => {
    const { user_id, count } = OpenTickets.parse(request.body)
    requestTickets(account, user_id, count)
    return reply.code(204).send()
  })
  server.post('/sandbox/tickets', (request, reply) => {
    account.origin = originOf(request)
    const tickets = Tickets.parse(request.body).tickets.map((one) => showTicket(account, addTicket(account, one)))
    return reply.code(201).send({ tickets })
  })
  server.post('/sandbox/sign-in', (request, reply) =>
    reply.code(201).send({ session: signIn(account, SignIn.parse(request.body).user_id) }),
  )
  server.post('/sandbox/consume', (request, reply) => {
    limits.consume(Consumption.parse(request.body).requests)
    return reply.code(204).send()
  })
}

const UnknownsChange = z
  .strictObject(
    Object.fromEntries(
      Object.entries(UNKNOWN_CHOICES).map(([name, choices]) => [name, z.literal([...choices]).optional()]),
    ),
  )
  .default({})

const SettingsChange = z.strictObject({
  plan: z.enum(Object.keys(PLAN_LIMITS) as [Plan, ...Plan[]]).optional(),
  limits: z.enum(['on', 'off']).optional(),
  clock: z.number().positive().optional(),
  bulkImport: z.boolean().optional(),
  seats: z.int().positive().optional(),
  departmentSpaces: z.boolean().optional(),
  severalOrganizations: z.boolean().optional(),
  searchLagMs: z.number().min(0).optional(),
  answerDelayMs: z.number().min(0).optional(),
  headerSpelling: z.enum(['2023', '2024']).optional(),
  tokenLifetimeSeconds: z.number().positive().optional(),
  unknowns: UnknownsChange,
})

/** Somebody opens a browser. */
const SignIn = z.strictObject({ user_id: z.int() })

/** Requests of another application that use up the account's minute. */
const Consumption = z.strictObject({ requests: z.int().positive() })

/** Tickets that are there, without the rules by which they came about. */
const Tickets = z.strictObject({ tickets: z.array(z.record(z.string(), z.unknown())) })

/** Tickets of a requester that are not closed: they keep the user from being deleted. */
const OpenTickets = z.strictObject({ user_id: z.int(), count: z.int().nonnegative() })
