import type { FastifyInstance } from 'fastify'

/** Whether the process lives, and whether it can serve: for whoever starts and watches it, without a login. */
export function addHealthRoutes(app: FastifyInstance, pingRedis: () => Promise<unknown>): void {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    try {
      await pingRedis()
      return { status: 'ready' }
    } catch {
      return reply.status(503).send({ status: 'not ready', why: 'Redis is not reachable' })
    }
  })
}
