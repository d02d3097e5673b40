import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyAdapter } from '@bull-board/fastify'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Access } from './access/authenticate.ts'
import { addLoginRoutes } from './access/login-routes.ts'
import { LoginThrottle } from './access/login-throttle.ts'
import { addAssets } from './assets.ts'
import { boardScope } from './board/board-scope.ts'
import type { CurrentTroubles } from './current-troubles.ts'
import { addHealthRoutes } from './health-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { addSecurityHeaders } from './security-headers.ts'

export const BOARD_PREFIX = '/board'

export interface AppOptions {
  readonly access: Omit<Access, 'throttle'>
  readonly board: FastifyAdapter
  readonly troubles: CurrentTroubles
  readonly isCycleQueue: (name: string) => boolean
  readonly redisReady: () => boolean
  readonly pingRedis: () => Promise<unknown>
  /**
   * Whose X-Forwarded-* headers to believe: the client's address, the host, and whether it spoke https. `true` for one
   * proxy, a number for so many in a row, or their addresses; false for nobody's.
   */
  readonly trustProxy: boolean | number | string
  readonly log: FastifyBaseLogger
}

/** The dashboard's routes. It listens nowhere yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: believed(options.trustProxy),
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
  })
  app.decorateRequest('person', null)
  app.decorateRequest('boardAction', null)
  addSecurityHeaders(app)
  await app.register(cookie)
  await app.register(formbody)
  addHealthRoutes(app, options.pingRedis)
  await addAssets(app)
  const access = { ...options.access, throttle: await LoginThrottle.create(app) }
  addLoginRoutes(app, access)
  await app.register(pageRoutes({ ...options, access }))
  await app.register(boardScope({ ...options, access, prefix: BOARD_PREFIX }), { prefix: BOARD_PREFIX })
  return app
}

/**
 * In the terms of fastify, whose `true` believes everybody in the row: the first address, which the client itself may have
 * written. The last one is what the nearest proxy saw.
 */
function believed(
  trustProxy: AppOptions['trustProxy'],
): boolean | string | ((address: string, hop: number) => boolean) {
  const proxies = trustProxy === true ? 1 : trustProxy
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies
}
