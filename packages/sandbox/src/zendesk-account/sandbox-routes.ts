import type { FastifyInstance } from 'fastify'
import { showGroup } from './groups/groups.ts'
import { showMembership } from './groups/memberships.ts'
import { showJob } from './jobs/job-statuses.ts'
import { showUser } from './users/show-user.ts'
import type { ZendeskApi } from './zendesk-api.ts'

/** What only a sandbox has: a look behind the scenes. */
export function addSandboxRoutes(server: FastifyInstance, { account, jobs, log }: ZendeskApi): void {
  server.get('/healthz', () => ({ status: 'ok' }))
  server.get('/sandbox/requests', () => ({ requests: log.all }))
  server.delete('/sandbox/requests', (_request, reply) => {
    log.clear()
    return reply.code(204).send()
  })
  server.get('/sandbox/mails', () => ({ mails: account.mails }))
  server.get('/sandbox/state', () => {
    jobs.advance()
    return {
      users: account.users.all().map((user) => showUser(account, user)),
      identities: account.identities.all(),
      groups: account.groups.all().map((group) => showGroup(account, group)),
      memberships: account.memberships.all().map((one) => showMembership(account, one)),
      organizations: account.organizations.all(),
      customRoles: account.customRoles.all(),
      jobs: jobs.all().map(showJob),
      mails: account.mails,
    }
  })
}
