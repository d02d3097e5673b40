import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyAdapter } from '@bull-board/fastify'
import { guard, refuse } from '../access/guard.ts'
import type { Access } from '../access/authenticate.ts'
import type { CurrentTroubles } from '../current-troubles.ts'
import { AFTERWARDS, unavailablePage } from '../pages/unavailable-page.ts'
import { boardAction, type BoardAction } from './board-actions.ts'
import { adaptBoardPage } from './board-page.ts'
import { limitPage } from './limit-page.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What an operator is about to do on the board. */
    boardAction: BoardAction | null
  }
}

/** What the page says while Redis is away. */
const NONE = [[], [], []] as const

export interface BoardScope {
  readonly board: FastifyAdapter
  readonly prefix: string
  readonly access: Access
  readonly troubles: CurrentTroubles
  readonly isCycleQueue: (name: string) => boolean
  readonly redisReady: () => boolean
}

/** The board behind its guard: only people, only known actions, only with Redis, and every action in the log. */
export function boardScope({ board, prefix, access, troubles, isCycleQueue, redisReady }: BoardScope) {
  return async (scope: FastifyInstance): Promise<void> => {
    guard(scope, access)
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method === 'GET' || request.method === 'HEAD') return
      const action = boardAction(request.method, (request.routeOptions.url ?? '').slice(prefix.length))
      if (!action)
        return refuse(reply, 403, 'Refused: jobs are made by the producer, and limits are set by the configuration')
      if (action.changesOnly && isCycleQueue(queueOf(request) ?? ''))
        return refuse(reply, 403, 'Refused: the producer keeps the schedule of cycles. Use "Run now" to start one')
      request.boardAction = action
    })
    scope.addHook('onRequest', async (request, reply) => {
      if (!redisReady() && !isStatic(request, prefix)) return sayUnavailable(request, reply)
    })
    scope.addHook('onRequest', async (request) => {
      request.query = limitPage(request.query as Record<string, unknown>)
    })
    scope.addHook('preSerialization', async (request, _reply, payload) =>
      request.person?.role === 'viewer' ? withoutActions(payload) : payload,
    )
    scope.addHook('onSend', async (_request, reply, payload) => {
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
      if (!isPage || typeof payload !== 'string') return payload
      const [troubled, problems, held] = redisReady()
        ? await Promise.all([troubles.listTroubles(), troubles.listProblems(), troubles.listHeld()]).catch(() => NONE)
        : NONE
      return adaptBoardPage(payload, troubled, problems, held)
    })
    scope.addHook('onResponse', async (request, reply) => audit(request, reply))
    await scope.register(board.registerPlugin())
  }
}

/** One line for each action: who did what, to which queue and job, and whether it was done. */
function audit(request: FastifyRequest, reply: FastifyReply): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { person, boardAction: action } = request
  const { jobId, queueStatus, schedulerId } = request.params as Record<string, string>
  const line = {
    who: person?.name,
    role: person?.role,
    by: person?.by,
    action: action?.name ?? `${request.method} ${request.routeOptions.url}`,
    queue: queueOf(request),
    job: jobId,
    state: queueStatus,
    scheduler: schedulerId,
    status: reply.statusCode,
  }
  if (reply.statusCode < 400) request.log.info(line, 'Dashboard action')
  else request.log.warn(line, 'Dashboard action refused or failed')
}

/** Bull Board hides its buttons on queues that are read-only. The guard refuses the requests behind them anyway. */
function withoutActions(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('queues' in payload) || !Array.isArray(payload.queues))
    return payload
  return {
    ...payload,
    queues: payload.queues.map((queue: object) => ({ ...queue, readOnlyMode: true, allowRetries: false })),
  }
}

function queueOf(request: FastifyRequest): string | undefined {
  return (request.params as Record<string, string>).queueName
}

function isStatic(request: FastifyRequest, prefix: string): boolean {
  return (request.routeOptions.url ?? '').startsWith(`${prefix}/static/`)
}

function sayUnavailable(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isApi = (request.routeOptions.url ?? '').includes('/api/')
  if (isApi) return refuse(reply, 503, `Redis is not reachable. ${AFTERWARDS}`)
  return reply.status(503).type('text/html; charset=utf-8').send(unavailablePage(request.person))
}
