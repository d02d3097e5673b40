import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'
import type { FaultKind } from './fault-kinds.ts'
import { Faults } from './faults.ts'
import { REFUSAL_SHAPES, type RefusalShape } from './refusal-shapes.ts'

const REFUSAL_SHAPE_NAMES = Object.keys(REFUSAL_SHAPES) as RefusalShape[]

let zendesk: CalledSandbox
beforeAll(async () => void (zendesk = await callSandbox({ bulkImport: true })))
afterEach(() => zendesk.sandbox.faults.clear())
afterAll(() => zendesk[Symbol.asyncDispose]())

const createGroup = (name: string) => zendesk.call('POST', '/api/v2/groups', { group: { name } })
const exists = (name: string) => zendesk.sandbox.account.groups.all().some((group) => group.name === name)

describe('faults', () => {
  it.each([
    ['429', 429],
    ['429-no-retry-after', 429],
    ['429-one-user', 429],
    ['409-json', 409],
    ['409-text', 409],
    ['422', 422],
    ['500', 500],
    ['503', 503],
    ['401', 401],
    ['403', 403],
    ['403-scope', 403],
    ['404', 404],
    ['html', 502],
    ['html-200', 200],
    ...REFUSAL_SHAPE_NAMES.map((shape) => [`422-${shape}`, 422] as const),
  ] as const)('%s answers %i, does nothing, and happens once', async (kind, status) => {
    zendesk.sandbox.faults.add({ match: { method: 'POST', path: '/groups$' }, kind })

    expect((await createGroup(kind)).status).toBe(status)
    expect(exists(kind)).toBe(false)
    expect((await createGroup(kind)).status).toBe(201)
  })

  it.each([
    ['reset-before', false],
    ['reset-after', true],
    ['cut', true],
  ] as const)('%s breaks the connection; done: %s', async (kind, done) => {
    zendesk.sandbox.faults.add({ kind })

    await expect(createGroup(kind)).rejects.toThrow()
    expect(exists(kind)).toBe(done)
    expect(zendesk.sandbox.requests.at(-1)).toMatchObject({ status: 0, fault: kind })
  })

  it.each([
    ['timeout-before', false],
    ['timeout-after', true],
  ] as const)('%s never answers; done: %s', async (kind, done) => {
    zendesk.sandbox.faults.add({ kind })

    const answered = await Promise.race([
      createGroup(kind).then(
        () => true,
        () => true,
      ),
      sleep(300, false),
    ])

    expect(answered).toBe(false)
    expect(exists(kind)).toBe(done)
  })

  it('are scripted over HTTP, by a pattern of the body, as often as is said, and taken back', async () => {
    const fault = { match: { body: '"wanted' }, kind: '500', times: 2 }
    expect((await zendesk.call('POST', '/sandbox/faults', fault)).status).toBe(201)

    expect([(await createGroup('other')).status, (await createGroup('wanted 1')).status]).toEqual([201, 500])
    expect((await zendesk.call('GET', '/sandbox/faults')).body.faults).toMatchObject([{ kind: '500', times: 1 }])
    expect((await zendesk.call('DELETE', '/sandbox/faults')).status).toBe(204)
    expect((await createGroup('wanted 2')).status).toBe(201)
    expect((await zendesk.call('POST', '/sandbox/faults', { kind: 'nonsense' })).status).toBe(400)
  })

  it('make a batch fail half way, hide its results, or lose its answer and run it later', async () => {
    const create = (names: string[]) =>
      zendesk.call('POST', '/api/v2/users/create_many', { users: names.map((name) => ({ name })) })
    const { faults, account } = zendesk.sandbox
    const known = (name: string) => zendesk.sandbox.account.users.all().some((user) => user.name === name)

    faults.add({ kind: 'job-failed' })
    expect((await createGroup('no batch')).status).toBe(201)
    expect(await zendesk.finish(await create(['half', 'other half']))).toMatchObject({
      status: 'failed',
      progress: 1,
      results: null,
    })
    faults.add({ kind: 'results-null' })
    expect(await zendesk.finish(await create(['silent']))).toMatchObject({ status: 'completed', results: null })
    faults.add({ kind: 'bulk-lost' })
    await expect(create(['late'])).rejects.toThrow()

    expect([known('half'), known('other half'), known('silent'), known('late')]).toEqual([true, false, true, false])
    await expect.poll(() => known('late'), { timeout: 5_000 }).toBe(true)
    expect(account.users.size).toBeGreaterThan(3)
  })

  it('end OAuth tokens', async () => {
    const { clientId, clientSecret } = zendesk.sandbox.credentials
    const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'read' }
    const { access_token: token } = (await zendesk.call('POST', '/oauth/tokens', grant)).body
    const read = () => zendesk.call('GET', '/api/v2/groups', undefined, { authorization: `Bearer ${token}` })

    expect((await read()).status).toBe(200)
    zendesk.sandbox.faults.add({ kind: 'token-expired' })
    expect([(await read()).status, (await read()).status]).toEqual([401, 401])
  })

  it('by chance are the same for the same seed, about as often as asked, and spare what is no batch', () => {
    const kinds = ['500', 'bulk-lost'] satisfies FaultKind[]
    const run = (seed: number) => {
      const faults = new Faults({ rate: 0.2, kinds, seed })
      return Array.from({ length: 1_000 }, () => faults.take({ method: 'GET', path: '/api/v2/users', body: null }))
    }

    expect(run(3)).toEqual(run(3))
    expect(run(3)).not.toEqual(run(4))
    expect(run(3).filter((kind) => kind === '500').length).toBeGreaterThan(140)
    expect(run(3)).not.toContain('bulk-lost')
  })
})
