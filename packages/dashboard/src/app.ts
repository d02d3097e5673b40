import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyAdapter } from '@bull-board/fastify'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Access } from './access/authenticate.ts'
import { addLoginRoutes } from './access/login-routes.ts'
import { addAssets } from './assets.ts'
import { boardScope } from './board/board-scope.ts'
import type { CurrentTroubles } from './current-troubles.ts'
import { addHealthRoutes } from './health-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { addSecurityHeaders } from './security-headers.ts'

export const BOARD_PREFIX = '/board'

export interface AppOptions {
  readonly access: Access
  readonly board: FastifyAdapter
  readonly troubles: CurrentTroubles
  readonly isCycleQueue: (name: string) => boolean
  readonly redisReady: () => boolean
  readonly pingRedis: () => Promise<unknown>
  /** Believe a proxy's X-Forwarded-* headers: the client's address, the host, and whether it spoke https. */
  readonly trustProxy: boolean | string
  readonly log: FastifyBaseLogger
}

/** The dashboard's routes. It listens nowhere yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
  })
  app.decorateRequest('person', null)
  app.decorateRequest('boardAction', null)
  addSecurityHeaders(app)
  await app.register(cookie)
  await app.register(formbody)
  addHealthRoutes(app, options)
  await addAssets(app)
  addLoginRoutes(app, options.access)
  await app.register(pageRoutes(options))
  await app.register(boardScope({ ...options, prefix: BOARD_PREFIX }), { prefix: BOARD_PREFIX })
  return app
}
