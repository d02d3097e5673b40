import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

let zendesk: CalledSandbox
beforeAll(async () => {
  zendesk = await callSandbox({ bulkImport: true })
})
afterAll(() => zendesk[Symbol.asyncDispose]())

let at = 0
const newAddress = () => `user${++at}@example.org`
const silent = { skip_verify_email: true }

async function silentUser(): Promise<number> {
  const user = { name: 'Ada', email: newAddress(), ...silent }
  return (await zendesk.call('POST', '/api/v2/users', { user })).body.user.id
}
const apiUser = async () => zendesk.sandbox.account.apiUserId

/** Writes that bring an address: how each is made, the kind of the mail, and what is said beside the address. */
const create = (user: object) => zendesk.call('POST', '/api/v2/users', { user: { name: 'Ada', ...user } })
const createMany = async (user: object) =>
  zendesk.finish(await zendesk.call('POST', '/api/v2/users/create_many', { users: [{ name: 'Ada', ...user }] }))
const upsert = (user: object) =>
  zendesk.call('POST', '/api/v2/users/create_or_update', { user: { name: 'Ada', ...user } })
const put =
  (whose = silentUser) =>
  async (user: object) =>
    zendesk.call('PUT', `/api/v2/users/${await whose()}`, { user })
const updateMany = async (user: object) =>
  zendesk.finish(
    await zendesk.call('PUT', '/api/v2/users/update_many', { users: [{ id: await silentUser(), ...user }] }),
  )
const identify =
  (whose = silentUser) =>
  async ({ email: value, ...said }: { email: string }) =>
    zendesk.call('POST', `/api/v2/users/${await whose()}/identities`, { identity: { type: 'email', value, ...said } })

describe('mails of writes that bring an address', () => {
  it.each([
    ['a creation', {}, create, 'welcome'],
    ['a creation', { verified: true }, create, 'welcome'],
    ['a creation', silent, create, undefined],
    ['a creation in bulk', {}, createMany, 'welcome'],
    ['a creation in bulk', silent, createMany, undefined],
    ['create_or_update', {}, upsert, 'welcome'],
    ['create_or_update', silent, upsert, undefined],
    ['an update', {}, put(), 'verify'],
    ['an update', { verified: true }, put(), 'verify'],
    ['an update', silent, put(), undefined],
    ['an update in bulk', {}, updateMany, 'verify'],
    ['an update in bulk', silent, updateMany, undefined],
    ['an update of the API’s own user', silent, put(apiUser), 'verify'],
    ['an identity', {}, identify(), 'verify'],
    ['an identity', { verified: true }, identify(), 'verify'],
    ['an identity', silent, identify(), undefined],
    ['an identity of the API’s own user', silent, identify(apiUser), 'verify'],
  ] as const)('%s with %o', async (_what, said, write, kind) => {
    const before = zendesk.sandbox.account.mails.length
    const email = newAddress()
    await write({ email, ...said })

    const sent = zendesk.sandbox.account.mails.slice(before).map(({ to, kind: of }) => ({ to, kind: of }))
    expect(sent).toEqual(kind ? [{ to: email, kind }] : [])
  })
})

describe('mails of other writes', () => {
  it('are none, but for the request to verify an address', async () => {
    const path = `/api/v2/users/${await silentUser()}`
    const value = newAddress()
    const { identity } = (
      await zendesk.call('POST', `${path}/identities`, { identity: { type: 'email', value, ...silent } })
    ).body
    const before = zendesk.sandbox.account.mails.length

    await zendesk.call('PUT', path, { user: { role: 'agent', name: 'Eve', suspended: true } })
    await zendesk.call('PUT', path, { user: { suspended: false } })
    const verified = await zendesk.call('PUT', `${path}/identities/${identity.id}/verify`)
    await zendesk.call('PUT', `${path}/identities/${identity.id}/make_primary`)
    expect(verified.body.identity.verified).toBe(true)
    expect(zendesk.sandbox.account.mails).toHaveLength(before)

    expect((await zendesk.call('PUT', `${path}/identities/${identity.id}/request_verification`)).status).toBe(200)
    expect(zendesk.sandbox.account.mails.slice(before)).toMatchObject([{ to: value, kind: 'verify' }])
  })
})
