import type { FastifyInstance } from 'fastify'
import type { CurrentTroubles } from './current-troubles.ts'

/**
 * Whether the process lives, and whether it can serve: for whoever starts and watches it, without a login. So of what
 * keeps connections from their work it tells the codes and no more.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  { pingRedis, troubles }: { pingRedis: () => Promise<unknown>; troubles: CurrentTroubles },
): void {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    try {
      await pingRedis()
      const troubled = await troubles.listTroubles()
      if (troubled.length === 0) return { status: 'ready' }
      const codes = troubled.map((one) => [one.connection, one.troubles.map(({ code }) => code)])
      return { status: 'degraded', degraded: Object.fromEntries(codes) }
    } catch {
      return reply.status(503).send({ status: 'not ready', why: 'Redis is not reachable' })
    }
  })
}
