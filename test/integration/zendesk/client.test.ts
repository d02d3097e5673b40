import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { readAll } from '@provisioner/zendesk/pages.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { startScriptedZendesk } from '../../fixtures/scripted-zendesk.ts'

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

describe('requests', () => {
  it('encodes addresses and keeps only the users of exactly the address', async () => {
    const users = [
      { id: 1, email: 'Ada+Zd@Acme.example' },
      { id: 2, email: 'ada+zd@acme.example.org' },
      { id: 3, email: null },
    ]
    await using zendesk = await startScriptedZendesk(() => ({ body: { users, next_page: null } }))
    await using session = openClient({ url: `${zendesk.url}/`, redis: server.redis })

    const found = await session.client.users.search({ email: 'ada+zd@acme.example' })

    expect(found.map((user) => user.id)).toEqual([1])
    expect(zendesk.arrived[0]).toMatchObject({
      method: 'GET',
      url: '/api/v2/users/search?query=email%3A%22ada%2Bzd%40acme.example%22&per_page=100',
      headers: { authorization: 'Bearer secret-token', accept: 'application/json' },
    })
  })

  it('tells how Zendesk calls a request, also one that it refuses', async () => {
    await using zendesk = await startScriptedZendesk((_request, count) => ({
      status: count === 1 ? 422 : 200,
      headers: { 'x-request-id': `${count}-SEA` },
      body: { user: { id: 1 } },
    }))
    await using session = openClient({ url: zendesk.url, redis: server.redis })
    const ids: string[] = []
    const update = () => session.client.users.update(1, { name: 'Ada' }, { answered: (id) => ids.push(id) })

    await errorOf(update())
    await update()

    expect(ids).toEqual(['1-SEA', '2-SEA'])
  })

  it('finds who has an address only as a secondary identity, and nobody of a like address', async () => {
    const identity = (userId: number, value: string) => ({ id: userId * 10, user_id: userId, type: 'email', value })
    await using zendesk = await startScriptedZendesk(({ url }) => {
      if (url.includes('/users/1/'))
        return { body: { identities: [identity(1, 'ada@acme.example.org')], meta: { has_more: false } } }
      if (url.includes('/users/2/'))
        return { body: { identities: [identity(2, 'Ada@Acme.example')], meta: { has_more: false } } }
      return {
        body: {
          users: [
            { id: 1, email: 'ada@acme.example.org' },
            { id: 2, email: 'lovelace@acme.example' },
          ],
        },
      }
    })
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    const found = await session.client.users.search({ email: 'ada@acme.example' })

    expect(found.map((user) => user.id)).toEqual([2])
  })

  it('reads pages until there are no more, though every page has a next link', async () => {
    const links = { next: 'https://another-host.example/api/v2/users?page[after]=x', prev: null }
    await using zendesk = await startScriptedZendesk((request) => {
      const after = new URL(request.url, 'http://host').searchParams.get('page[after]')
      const page = after === null ? 1 : Number(after) + 1
      return { body: { users: [{ id: page }], meta: { has_more: page < 3, after_cursor: String(page) }, links } }
    })
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    const ids = []
    for await (const page of session.client.users.list()) ids.push(...page.map((user) => user.id))

    expect(ids).toEqual([1, 2, 3])
    expect(zendesk.arrived).toHaveLength(3)
  })

  it('counts a group that two pages hold once, and leaves out deleted ones', async () => {
    const group = (id: number, deleted = false) => ({ id, name: `group ${id}`, deleted })
    await using zendesk = await startScriptedZendesk((_request, count) => ({
      body:
        count === 1
          ? { groups: [group(1), group(2, true)], meta: { has_more: true, after_cursor: 'a' } }
          : { groups: [group(1), group(3)], meta: { has_more: false } },
    }))
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    expect((await session.client.groups.list()).map((one) => one.id)).toEqual([1, 3])
  })

  it.each([['same'], [null]])(
    'does not take a list for complete that has more and only the cursor %s',
    async (cursor) => {
      await using zendesk = await startScriptedZendesk(() => ({
        body: { users: [], meta: { has_more: true, after_cursor: cursor } },
      }))
      await using session = openClient({ url: zendesk.url, redis: server.redis })

      const all = readAll(session.client.users.list())

      expect(await problemOf(all)).toEqual({ kind: 'unreadable' })
    },
  )

  it('pays each request, and two when the token had to be renewed, but none that is prepaid', async () => {
    await using zendesk = await startScriptedZendesk((request) =>
      request.headers.authorization === 'Bearer old'
        ? { status: 401, body: { error: "Couldn't authenticate you" } }
        : { body: { user: { id: 7 } } },
    )
    let token = 'Bearer old'
    const auth = { header: async () => token, renew: async () => ((token = 'Bearer new'), true) }
    await using session = openClient({ url: zendesk.url, redis: server.redis, auth })
    const granted = async () => Number(await server.redis.hget(budgetKeys(session.accountId).state, 'granted'))

    await session.client.users.show(7)

    expect(zendesk.arrived.map((request) => request.headers.authorization)).toEqual(['Bearer old', 'Bearer new'])
    expect(await granted()).toBe(2)
    await session.client.users.show(7, { prepaid: true })
    expect(await granted()).toBe(2)
    expect(session.exchanges.map(({ route, status }) => [route, status])).toEqual([
      ['/api/v2/users/{id}', 401],
      ['/api/v2/users/{id}', 200],
      ['/api/v2/users/{id}', 200],
    ])
  })

  it('asks for a new token once, not for ever', async () => {
    await using zendesk = await startScriptedZendesk(() => ({
      status: 401,
      body: { error: "Couldn't authenticate you" },
    }))
    await using session = openClient({
      url: zendesk.url,
      redis: server.redis,
      auth: { header: async () => 'Bearer x', renew: async () => true },
    })

    expect(await problemOf(session.client.users.me())).toEqual({ kind: 'unauthenticated' })
    expect(zendesk.arrived).toHaveLength(2)
  })
})

describe('limits', () => {
  const SINGLE = 'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: '

  it.each([
    [
      'one user',
      { body: SINGLE, headers: { 'content-type': 'text/plain', 'retry-after': '27', 'x-rate-limit-remaining': '668' } },
      { singleUserWrite: '7' },
      {},
    ],
    [
      'the account',
      { body: 'Number of allowed API requests per minute exceeded', headers: { 'retry-after': '27' } },
      {},
      null,
    ],
    ['job statuses', { status: 400, body: { error: 'TooManyJobs', description: 'Too many' } }, { jobSlot: true }, {}],
  ])('pauses %s and nothing else', async (_scope, answer, paused, other) => {
    await using zendesk = await startScriptedZendesk(() => ({ status: 429, ...answer }))
    await using session = openClient({ url: zendesk.url, redis: server.redis })

    await errorOf(session.client.users.update(7, { name: 'Ada' }))

    const need = { requests: 1, purpose: 'write', holder: 'test' } as const
    expect(await session.budget.tryTake({ ...need, ...paused })).toMatchObject({
      taken: false,
      because: 'paused by Zendesk',
    })
    if (other) expect(await session.budget.tryTake({ ...need, ...other })).toMatchObject({ taken: true })
  })

  it('gives up waiting for the budget when told to, and sends nothing', async () => {
    await using zendesk = await startScriptedZendesk(() => ({}))
    await using session = openClient({ url: zendesk.url, redis: server.redis })
    await session.budget.pause('account', 60_000)

    const call = session.client.users.me({ signal: AbortSignal.timeout(50) })

    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(zendesk.arrived).toHaveLength(0)
  })
})
