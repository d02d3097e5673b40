import type { ServerResponse } from 'node:http'
import { createGzip, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { requestToken } from '@provisioner/zendesk/request-token.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { startScriptedZendesk, type Scripted } from '../../fixtures/scripted-zendesk.ts'

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

const MEGABYTE = Buffer.alloc(2 ** 20)

/** Zeros for as long as anybody reads. */
function zeros(packed: boolean, status = 200): Scripted {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...(packed && { 'content-encoding': 'gzip' }) })
    const out = packed ? createGzip() : response
    if (packed) out.pipe(response)
    const more = () => {
      while (!response.destroyed && out.write(MEGABYTE));
    }
    out.on('drain', more)
    more()
  }
}

async function errorOf(call: Promise<unknown>): Promise<ZendeskError> {
  return (await call.then(
    () => undefined,
    (error: unknown) => error,
  )) as ZendeskError
}

describe('an answer without end', () => {
  it.each([
    ['of plain bytes', zeros(false)],
    ['packed', zeros(true)],
  ])('%s is not read to its end, and is none of Zendesk’s', async (_what, answer) => {
    await using zendesk = await startScriptedZendesk(() => answer)
    await using session = openClient({ url: zendesk.url, redis: server.redis, requestTimeoutMs: 30_000 })

    const error = await errorOf(session.client.users.show(1))

    expect([error.problem.kind, error.message]).toEqual([
      'unreadable',
      'GET /api/v2/users/1: The answer has more than 32 MB, unpacked; check the account’s URL and any proxy.',
    ])
  })

  it('that is a refusal stays a refusal', async () => {
    await using zendesk = await startScriptedZendesk(() => zeros(true, 404))
    await using session = openClient({ url: zendesk.url, redis: server.redis, requestTimeoutMs: 30_000 })

    expect((await errorOf(session.client.users.show(1))).problem).toEqual({ kind: 'not found' })
  })

  it('in place of a token is not read either', async () => {
    await using zendesk = await startScriptedZendesk(() => zeros(true))
    const client = { clientId: 'provisioner', clientSecret: 'secret-of-client', scope: 'read' }

    const error = await errorOf(requestToken({ url: zendesk.url, ...client, timeoutMs: 30_000 }))

    expect(error.problem.kind).toBe('unreadable')
  })
})

it('an answer as large as a hundred users can be is read', async () => {
  const notes = 'ä'.repeat(32_000)
  const users = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, notes, details: notes, signature: notes }))
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
  const body = gzipSync(JSON.stringify({ users }))
  await using zendesk = await startScriptedZendesk(() => (response) => void response.writeHead(200, headers).end(body))
  await using session = openClient({ url: zendesk.url, redis: server.redis })

  expect(await session.client.users.showMany({ ids: [1] })).toHaveLength(100)
})

it.each([
  ['whose cursors repeat', (page: number) => `cursor-${page % 3}`, (page: number) => page * 10],
  ['whose pages repeat under new cursors', (page: number) => `cursor-${page}`, (page: number) => (page % 3) * 10],
])('a list %s is read for no longer than that, and taken for no whole one', async (_what, cursorOf, firstOf) => {
  await using zendesk = await startScriptedZendesk((_request, count) => ({
    body: { groups: [{ id: firstOf(count), name: 'g' }], meta: { has_more: true, after_cursor: cursorOf(count) } },
  }))
  await using session = openClient({ url: zendesk.url, redis: server.redis })

  const error = await errorOf(session.client.groups.list())

  expect([error.problem.kind, error.message]).toEqual(['unreadable', expect.stringContaining('goes in circles')])
  expect(zendesk.arrived).toHaveLength(4)
})

describe('an id beyond 2^53 is refused, never taken for its neighbour:', () => {
  const LARGE = '9007199254740993'

  it.each([
    ['of a user', `{"users":[{"id":1},{"id":${LARGE}}]}`, 'users.1.id'],
    ['of a user’s organization', `{"users":[{"id":1,"organization_id":${LARGE}}]}`, 'users.0.organization_id'],
    ['of a user’s role', `{"users":[{"id":1,"custom_role_id":${LARGE}}]}`, 'users.0.custom_role_id'],
  ])('%s', async (_what, body, where) => {
    await using zendesk = await startScriptedZendesk(() => ({ body }))
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    const error = await errorOf(session.client.users.showMany({ ids: [1] }))

    expect([error.problem.kind, error.message]).toEqual([
      'unreadable',
      `GET /api/v2/users/show_many: The answer’s ${where} is beyond 2^53, and could not be told from its neighbours; nothing is done by it. Please report this.`,
    ])
  })

  it('the largest that is none is taken', async () => {
    await using zendesk = await startScriptedZendesk(() => ({ body: '{"user":{"id":9007199254740991}}' }))
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    expect((await session.client.users.show(1)).id).toBe(9007199254740991)
  })
})
