import { describe, expect, it } from 'vitest'
import { startHealthServer, type HealthOptions } from './health.ts'
import { createLogger } from './logger.ts'

async function open(options: Partial<HealthOptions>) {
  const lines: string[] = []
  const log = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const server = await startHealthServer({ host: '127.0.0.1', port: 0, checks: {}, log, ...options })
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  return { get, lines, port: server.port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('startHealthServer', () => {
  it('says that the process lives, whatever its checks say', async () => {
    await using health = await open({ checks: { redis: () => Promise.reject(new Error('away')) } })

    expect(await health.get('/healthz')).toMatchObject({ status: 200, text: '{"status":"alive"}' })
  })

  it('is ready when every check passes', async () => {
    await using health = await open({ checks: { redis: async () => {}, started: () => {} } })

    const { status, text } = await health.get('/readyz?verbose')

    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual({ status: 'ready', passing: ['redis', 'started'], failing: {} })
  })

  it('is not ready when one fails, throws, or never answers, and says why', async () => {
    const thrown = () => {
      throw new Error('waits for Redis')
    }
    await using health = await open({
      checks: {
        fine: () => {},
        redis: () => Promise.reject(new Error('away')),
        started: thrown,
        directory: () => new Promise(() => {}),
      },
    })

    const { status, text } = await health.get('/readyz')

    expect(status).toBe(503)
    expect(JSON.parse(text)).toEqual({
      status: 'not ready',
      passing: ['fine'],
      failing: { redis: 'away', started: 'waits for Redis', directory: 'no answer within 2000 ms' },
    })
  })

  it.each([
    ['/', 'GET'],
    ['/readyz', 'POST'],
    ['/healthz/x', 'GET'],
    ['/metrics', 'GET'],
  ])('knows nothing of %s by %s', async (path, method) => {
    await using health = await open({})

    expect(await health.get(path, method)).toMatchObject({ status: 404 })
  })

  it('refuses a port that is taken', async () => {
    await using first = await open({})

    await expect(open({ port: first.port })).rejects.toThrow(
      /^Health can't be served on .*\(EADDRINUSE\); set HEALTH_HOST/,
    )
  })
})
