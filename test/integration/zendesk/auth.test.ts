import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { createAuthorization } from '@provisioner/zendesk/auth.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'
import { startScriptedZendesk } from '../../fixtures/scripted-zendesk.ts'

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

let accounts = 0

/** A Zendesk that gives out token-1, token-2, … and processes of ours that use them. */
async function openOAuth(expiresIn: number | null = 3_600) {
  const zendesk = await startScriptedZendesk((_request, count) => ({
    body: {
      access_token: `token-${count}`,
      token_type: 'bearer',
      ...(expiresIn !== null && { expires_in: expiresIn }),
    },
  }))
  const accountId = `oauth-${(accounts += 1)}`
  const { log, lines } = recordingLog()
  const process = (clientSecret = 'client-secret') =>
    createAuthorization({
      accountId,
      url: zendesk.url,
      auth: { clientId: 'provisioner', clientSecret },
      redis: server.redis,
      log: log as never,
      requestTimeoutMs: 5_000,
    })
  return { zendesk, accountId, process, lines, [Symbol.asyncDispose]: () => zendesk[Symbol.asyncDispose]() }
}

it('makes the header of an API token', async () => {
  const { log } = recordingLog()
  const auth = { email: 'admin@acme.example', apiToken: 'abc' }
  const authorization = createAuthorization({
    accountId: 'a',
    url: 'http://127.0.0.1',
    auth,
    redis: server.redis,
    log: log as never,
    requestTimeoutMs: 5_000,
  })

  expect(await authorization.header()).toBe(`Basic ${Buffer.from('admin@acme.example/token:abc').toString('base64')}`)
  expect(await authorization.renew('x')).toBe(false)
})

it('gets one token for all processes, however many ask at once', async () => {
  await using oauth = await openOAuth()
  const processes = Array.from({ length: 5 }, () => oauth.process())

  const headers = await Promise.all(processes.flatMap((one) => [one.header(), one.header()]))

  expect(new Set(headers)).toEqual(new Set(['Bearer token-1']))
  expect(oauth.zendesk.arrived).toHaveLength(1)
  const [request] = oauth.zendesk.arrived
  expect([request?.method, request?.url]).toEqual(['POST', '/oauth/tokens'])
  expect(JSON.parse(request!.body)).toMatchObject({
    grant_type: 'client_credentials',
    client_id: 'provisioner',
    client_secret: 'client-secret',
    scope: 'read write',
  })
})

it('renews a refused token once for all who were refused', async () => {
  await using oauth = await openOAuth()
  const processes = Array.from({ length: 5 }, () => oauth.process())
  const [refused] = await Promise.all(processes.map((one) => one.header()))

  await Promise.all(processes.map((one) => one.renew(refused!)))

  const headers = await Promise.all(processes.map((one) => one.header()))
  expect(new Set(headers)).toEqual(new Set(['Bearer token-2']))
  expect(oauth.zendesk.arrived).toHaveLength(2)
})

it('renews a token before it ends', async () => {
  await using oauth = await openOAuth(2)
  const one = oauth.process()
  expect(await one.header()).toBe('Bearer token-1')

  await expect.poll(() => one.header(), { timeout: 5_000 }).toBe('Bearer token-2')
})

it('keeps the token in Redis so that only who has the secret can read it', async () => {
  await using oauth = await openOAuth()
  await oauth.process().header()

  const stored = await server.redis.get(`${accountKeys(oauth.accountId).prefix}token`)
  expect(Buffer.from(stored!, 'base64').toString('latin1')).not.toContain('token-1')
  expect(JSON.stringify(oauth.lines)).not.toMatch(/token-1|client-secret/)

  expect(await oauth.process('another secret').header()).toBe('Bearer token-2')
})

it.each([
  ['invalid_client', 401],
  ['invalid_scope', 400],
])('says that the client is refused: %s', async (error, status) => {
  await using zendesk = await startScriptedZendesk(() => ({
    status,
    body: { error, error_description: 'The client or scope is unknown.' },
  }))
  const { log } = recordingLog()
  const auth = { clientId: 'provisioner', clientSecret: 's' }
  const authorization = createAuthorization({
    accountId: `oauth-${error}`,
    url: zendesk.url,
    auth,
    redis: server.redis,
    log: log as never,
    requestTimeoutMs: 5_000,
  })

  await expect(authorization.header()).rejects.toMatchObject({
    problem: { kind: 'unauthenticated' },
    message: expect.stringContaining('The client or scope is unknown.'),
  })
})
