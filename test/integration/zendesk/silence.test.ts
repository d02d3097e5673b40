import { inspect } from 'node:util'
import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { openAccount } from '@provisioner/zendesk/open-account.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '@provisioner/sandbox/servers/free-port.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'
import { startScriptedZendesk, type Scripted } from '../../fixtures/scripted-zendesk.ts'

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

async function problemOf(call: Promise<unknown>): Promise<ZendeskError['problem']> {
  return (await errorOf(call)).problem
}

async function errorOf(call: Promise<unknown>): Promise<ZendeskError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ZendeskError)
  return error as ZendeskError
}

it.each([
  ['a token', '/oauth/tokens'],
  ['anything else', '/api/v2/users'],
])('an account’s time limit is that of a request for %s', async (_what, silent) => {
  await using zendesk = await startScriptedZendesk(({ url }) => {
    if (url === silent) return () => {}
    return { body: { access_token: 'a-token', token_type: 'bearer', scope: 'read write' } }
  })
  const auth = { clientId: 'provisioner', clientSecret: 'a-secret' }
  const config = { url: zendesk.url, auth, reserve: 0, protect: [] } as unknown as AccountConfig
  const { log } = recordingLog()
  const terms = { id: `limit${silent}`, config, redis: server.redis, log: log as never, requestTimeoutMs: 300 }
  await using account = openAccount(terms)

  expect(await problemOf(account.client.users.create({ name: 'Ada' }))).toMatchObject({ kind: 'unanswered' })
  expect([account.requestTimeoutMs, zendesk.arrived.at(-1)?.url]).toEqual([300, silent])
})

describe('answers that are none', () => {
  const cutOff: Scripted = (response) => {
    response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' })
    response.write('{"user":')
    setTimeout(() => response.destroy(), 20)
  }

  it.each<[string, Scripted, unknown]>([
    ['a reset before any answer', (response) => response.destroy(), { kind: 'unanswered', sent: 'unknown' }],
    ['silence', () => {}, { kind: 'unanswered', sent: 'unknown' }],
    ['a body that is cut off', cutOff, { kind: 'unanswered', sent: true }],
    ['a login page', { body: '<html>Please sign in</html>' }, { kind: 'unreadable' }],
    ['JSON of something else', { body: { hello: 'world' } }, { kind: 'unreadable' }],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example' } }, { kind: 'unreadable' }],
    [
      'an overload',
      { status: 503, headers: { 'retry-after': '3' }, body: '' },
      { kind: 'unavailable', retryAfterMs: 3_000 },
    ],
  ])('names %s', async (_name, answer, expected) => {
    await using zendesk = await startScriptedZendesk(() => answer)
    await using session = openClient({ url: zendesk.url, redis: server.redis, requestTimeoutMs: 300 })

    expect(await problemOf(session.client.users.create({ name: 'Ada' }))).toEqual(expected)
    expect(zendesk.arrived).toHaveLength(1)
  })

  it('knows that nothing was sent where nobody listens', async () => {
    await using session = openClient({ url: `http://127.0.0.1:${await freePort()}`, redis: server.redis })

    const error = await errorOf(session.client.users.create({ name: 'Ada' }))

    expect(error.problem).toEqual({ kind: 'unanswered', sent: false })
    expect(error.message).toMatch(/^POST \/api\/v2\/users: Zendesk cannot be reached \(ECONNREFUSED\)/)
  })

  it('keeps addresses and credentials out of errors and logs', async () => {
    await using zendesk = await startScriptedZendesk(() => (response) => response.destroy())
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    const errors = [
      await errorOf(session.client.users.search({ email: 'ada@acme.example' })),
      await errorOf(session.client.users.create({ email: 'ada@acme.example' })),
    ]

    const told = inspect([errors, session.lines], { depth: 10 })
    expect(told).not.toMatch(/ada(@|%40)|secret-token/)
  })

  it('looks once more when Zendesk closes the connection, and never writes twice', async () => {
    await using zendesk = await startScriptedZendesk((_request, count) =>
      count === 1 ? (response) => response.destroy() : { body: { users: [{ id: 1 }] } },
    )
    await using session = openClient({ url: zendesk.url, redis: server.redis })
    const found = await session.client.users.showMany({ ids: [1] })

    await using deaf = await startScriptedZendesk(() => (response) => response.destroy())
    await using other = openClient({ url: deaf.url, redis: server.redis })
    await errorOf(other.client.users.create({ name: 'Ada' }))
    await errorOf(other.client.users.showMany({ ids: [1] }))

    expect(found).toMatchObject([{ id: 1 }])
    expect(deaf.arrived.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
  })
})
