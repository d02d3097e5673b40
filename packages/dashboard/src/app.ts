import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyAdapter } from '@bull-board/fastify'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Access } from './access/authenticate.ts'
import { refuse } from './access/guard.ts'
import { addLoginRoutes } from './access/login-routes.ts'
import { LoginThrottle } from './access/login-throttle.ts'
import { addAssets } from './assets.ts'
import { boardScope } from './board/board-scope.ts'
import type { CurrentTroubles } from './current-troubles.ts'
import { addHealthRoutes } from './health-routes.ts'
import { notFoundPage } from './pages/not-found-page.ts'
import { pageRoutes } from './page-routes.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { addWebhookRoutes, type WebhookOptions } from './webhooks/webhook-routes.ts'

export const BOARD_PREFIX = '/board'

/** How long a request may take to arrive, from its connection's or its own first byte to the last of its body, ms. */
const ARRIVAL_MS = 10_000
/** How often such requests are looked for, ms. */
const LOOK_EVERY_MS = 1_000
/**
 * How long a connection may wait for its next request, ms: longer than load balancers keep theirs, which is 60 s at
 * most of them.
 */
const IDLE_MS = 72_000
/**
 * How long a connection may be silent while an answer is made or fetched, ms: retrying all jobs of a full queue takes a
 * minute.
 */
const SILENCE_MS = 120_000

export interface AppOptions extends WebhookOptions {
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
    requestTimeout: ARRIVAL_MS,
    http: { headersTimeout: ARRIVAL_MS, connectionsCheckingInterval: LOOK_EVERY_MS },
    keepAliveTimeout: IDLE_MS,
    connectionTimeout: SILENCE_MS,
    forceCloseConnections: true,
  })
  app.decorateRequest('person', null)
  app.decorateRequest('boardAction', null)
  addSecurityHeaders(app)
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (!wantsPage) return refuse(reply, 404, `There is no ${request.method} ${request.url.split('?', 1)[0]} here`)
    return reply.status(404).type('text/html; charset=utf-8').send(notFoundPage())
  })
  await app.register(cookie)
  await app.register(formbody)
  addHealthRoutes(app, options)
  await addAssets(app)
  const access = { ...options.access, throttle: await LoginThrottle.create(app) }
  addLoginRoutes(app, access)
  await addWebhookRoutes(app, options)
  await app.register(pageRoutes({ ...options, access }))
  await app.register(boardScope({ ...options, access, prefix: BOARD_PREFIX }), { prefix: BOARD_PREFIX })
  return app
}

/**
 * In the terms of fastify, whose `true` believes everybody in the row: the first address, which the client itself may
 * have written. The last one is what the nearest proxy saw.
 */
function believed(
  trustProxy: AppOptions['trustProxy'],
): boolean | string | ((address: string, hop: number) => boolean) {
  const proxies = trustProxy === true ? 1 : trustProxy
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies
}
