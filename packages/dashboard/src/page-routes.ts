import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { guard, personOf } from './access/guard.ts'
import type { Access } from './access/authenticate.ts'
import type { CurrentTroubles } from './current-troubles.ts'
import { accountPage } from './pages/account-page.ts'
import { heldPage } from './pages/held-page.ts'
import { problemsPage } from './pages/problems-page.ts'
import { unavailablePage } from './pages/unavailable-page.ts'

export interface PageRoutes {
  readonly access: Access
  readonly troubles: CurrentTroubles
  readonly redisReady: () => boolean
}

/** Our own pages, behind the guard. */
export function pageRoutes({ access, troubles, redisReady }: PageRoutes) {
  return async (scope: FastifyInstance): Promise<void> => {
    guard(scope, access)
    scope.setErrorHandler((error, request, reply) => {
      if (redisReady()) throw error
      return sendPage(reply.status(503), unavailablePage(request.person))
    })
    const withRedis =
      (page: (request: FastifyRequest) => Promise<string>) => async (request: FastifyRequest, reply: FastifyReply) =>
        redisReady()
          ? sendPage(reply, await page(request))
          : sendPage(reply.status(503), unavailablePage(request.person))

    scope.get('/', (_request, reply) => reply.redirect('/board/'))
    scope.get('/account', (request, reply) => sendPage(reply, accountPage(personOf(request))))
    scope.get(
      '/problems',
      withRedis(async (request) =>
        problemsPage({
          person: request.person,
          troubled: await troubles.listTroubles(),
          problems: await troubles.listProblems(),
          code: parameter(request, 'code'),
          connection: parameter(request, 'connection'),
          now: Date.now(),
        }),
      ),
    )
    scope.get(
      '/held',
      withRedis(async (request) =>
        heldPage({
          person: request.person,
          troubled: await troubles.listTroubles(),
          connections: await troubles.listHeld(),
          category: parameter(request, 'category'),
          decision: parameter(request, 'decision'),
          connection: parameter(request, 'connection'),
          now: Date.now(),
        }),
      ),
    )
  }
}

/** A parameter of the address; empty when it is missing or given twice. */
function parameter(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page)
}
