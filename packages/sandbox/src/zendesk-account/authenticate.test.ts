import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from './sandbox-client.ts'

let zendesk: CalledSandbox
beforeAll(async () => void (zendesk = await callSandbox()))
afterAll(() => zendesk[Symbol.asyncDispose]())

function grant(changes: object = {}) {
  const { clientId, clientSecret } = zendesk.sandbox.credentials
  const body = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'read write',
    ...changes,
  }
  return zendesk.call('POST', '/oauth/tokens', body, { authorization: '' })
}

async function callWith(scope: string, method: string, path: string, body?: unknown) {
  const token = (await grant({ scope })).body.access_token
  return zendesk.call(method, path, body, { authorization: `Bearer ${token}` })
}

describe('authentication', () => {
  it('takes an API token and tokens of the client, as the account’s admin', async () => {
    const basic = await zendesk.call('GET', '/api/v2/users/me.json')
    const bearer = await callWith('read', 'GET', '/api/v2/users/me')

    expect(basic.body.user).toMatchObject({ email: 'api@example.org', role: 'admin' })
    expect(bearer.body.user.id).toBe(basic.body.user.id)
  })

  it.each(['Basic eDp5', 'Bearer nonsense', 'Digest x'])('refuses %s', async (authorization) => {
    expect((await zendesk.call('GET', '/api/v2/users', undefined, { authorization })).status).toBe(401)
  })

  it('lets nobody in without credentials, and yet tells them who they are', async () => {
    const none = { authorization: '' }

    expect(await zendesk.call('GET', '/api/v2/users', undefined, none)).toMatchObject({
      status: 401,
      body: { error: "Couldn't authenticate you" },
    })
    expect(await zendesk.call('GET', '/api/v2/users/me', undefined, none)).toMatchObject({
      status: 200,
      body: { user: { id: null, name: 'Anonymous user' } },
    })
  })

  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ scope: 'rule:world' }, 400, 'invalid_scope'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ expires_in: 10 }, 400, 'invalid_request'],
  ])('grants no token for %o', async (changes, status, error) => {
    expect(await grant(changes)).toMatchObject({ status, body: { error } })
  })

  it('grants no scope that is not on the client’s list', async () => {
    zendesk.sandbox.account.settings.clientScopes = ['read', 'tickets:write']
    const answers = await Promise.all(
      ['read', 'users:read', 'tickets:write', 'read write'].map((scope) => grant({ scope })),
    )
    zendesk.sandbox.account.settings.clientScopes = undefined

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 400])
    expect(answers[3]).toMatchObject({ body: { error: 'invalid_scope' } })
  })

  it('ends tokens when their time is over', async () => {
    await using short = await callSandbox({ tokenLifetimeSeconds: 0.05 })
    const { clientId, clientSecret } = short.sandbox.credentials
    const { body } = await short.call('POST', '/oauth/tokens', {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    })
    const read = () => short.call('GET', '/api/v2/users', undefined, { authorization: `Bearer ${body.access_token}` })

    await expect.poll(async () => (await read()).status, { timeout: 2_000 }).toBe(401)
  })

  it('holds tokens to their scopes; identities want the broad ones', async () => {
    const { ownerId } = zendesk.sandbox.account
    const refused = await callWith('read', 'POST', '/api/v2/groups', { group: { name: 'X' } })

    expect(refused.body.description).toBe('You are missing the following required scopes: write')
    expect((await callWith('users:read', 'GET', '/api/v2/users')).status).toBe(200)
    expect((await callWith('users:read', 'GET', `/api/v2/users/${ownerId}/identities`)).status).toBe(403)
    expect((await callWith('read', 'GET', `/api/v2/users/${ownerId}/identities`)).status).toBe(200)
  })
})
