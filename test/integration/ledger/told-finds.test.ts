import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { mendKeys } from '@provisioner/shared/ledger/mend-keys.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'
import { LEASE, linkOf, openTold, refOf, user, type Told } from '../../fixtures/told-ledger.ts'

const { account, connection } = STAFF

let server: TestRedis
let told: Told
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  told = await openTold(server.redis)
})

describe('what was found in Zendesk is told once', () => {
  it('an object that is adopted, and what somebody else has changed there since', async () => {
    await told.cycle.link([linkOf({})])
    await told.cycle.link([linkOf({})])
    await told.cycle.link([linkOf({ applied: user({ phone: '9' }) })])

    expect(await told.changes()).toMatchObject([
      { outcome: 'found', operation: 'link user', before: null, after: user(), origin: 'adopted', revision: 0 },
      {
        outcome: 'found',
        operation: 'link user',
        before: user(),
        after: user({ phone: '9' }),
        cycle: told.cycle.cycle,
      },
    ])
  })

  it('a user whom a worker finds, before it writes what differs', async () => {
    const { ref, revision } = await told.open({ kind: 'user', id: 'u1', operation: 'create user' })
    const found = { ref, revision, applied: user(), zendeskId: 7, origin: 'adopted', suspendedByUs: false } as const
    await told.writes.record([{ ...found, linkOnly: true }], LEASE)
    await told.writes.record([{ ...found, applied: user({ phone: '1' }) }], LEASE)

    expect(await told.changes()).toMatchObject([
      { outcome: 'found', operation: 'link user', before: null, after: user() },
      { outcome: 'applied', operation: 'create user', before: user(), after: user({ phone: '1' }), origin: 'adopted' },
    ])
  })

  it('an object that is gone, seen by a cycle or by a worker', async () => {
    await told.create()
    await told.create('u2', 8)
    const { ref } = await told.open({ kind: 'user', id: 'u2', operation: 'update user' })

    await told.cycle.link([linkOf({ zendeskId: null, applied: null })])
    await told.writes.unlink(ref, LEASE)
    await told.writes.unlink(ref, LEASE)

    const gone = { outcome: 'found', operation: 'unlink user', before: user(), after: null }
    expect((await told.changes()).slice(2)).toMatchObject([
      { ...gone, id: 'u1', zendeskId: 7 },
      { ...gone, id: 'u2', zendeskId: 8, by: LEASE },
    ])
  })

  it('an object that another entry takes over', async () => {
    await told.create('u0', 7)
    await told.cycle.link([linkOf({ from: { connection, id: 'u0' } })])

    expect((await told.changes()).slice(1)).toMatchObject([
      { id: 'u0', outcome: 'found', operation: 'unlink user', before: user(), after: null },
      { id: 'u1', outcome: 'found', operation: 'link user', before: null, after: user() },
    ])
  })
})

describe('what Zendesk refuses', () => {
  const refusal = (revision: number) => ({ revision, code: 'RECORD_INVALID', message: 'No "such" phone', at: 1 })

  it('is told once, with the reason', async () => {
    await told.create()
    const { ref, revision } = await told.open({ kind: 'user', id: 'u1', operation: 'update user', changed: ['phone'] })
    await told.writes.reject(ref, LEASE, refusal(revision))
    await told.writes.reject(ref, LEASE, refusal(revision))

    const why = { code: 'RECORD_INVALID', message: 'No "such" phone' }
    expect((await told.changes()).slice(1)).toMatchObject([
      { outcome: 'refused', operation: 'update user', changed: ['phone'], before: user(), after: user(), refusal: why },
    ])
  })

  it('is not told of what waits no more', async () => {
    const { revision } = await told.create()
    await told.writes.reject(refOf('user', 'u1'), LEASE, refusal(revision))

    expect(await told.changes()).toHaveLength(1)
  })
})

describe('nothing is told', () => {
  it('of what was given back with nothing written', async () => {
    const { ref } = await told.open({ kind: 'user', id: 'u1', operation: 'create user' })
    await told.writes.giveBack([ref], LEASE, { noEffect: true })

    expect(await told.changes()).toEqual([])
  })

  it('of what is stale, or told again', async () => {
    const { done } = await told.create()
    const again = await told.writes.record([done, { ...done, revision: done.revision - 1 }], LEASE)

    expect(again.answers).toEqual(['stale', 'stale'])
    expect(await told.changes()).toHaveLength(1)
  })

  it('twice of what Redis has forgotten and is told again', async () => {
    const { ref, revision } = await told.open({ kind: 'user', id: 'u1', operation: 'create user' })
    const keys = await server.redis.keys('*')
    const dumps = await Promise.all(keys.map((key) => server.redis.dumpBuffer(key)))
    const done = { ref, revision, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false } as const
    await told.writes.record([done], LEASE)
    await server.redis.flushall()
    for (const [i, key] of keys.entries()) await server.redis.restore(key, 0, dumps[i]!)

    expect(await told.changes()).toEqual([])
    expect((await told.writes.record([done], LEASE)).answers).toEqual(['applied'])
    expect(await told.changes()).toMatchObject([{ operation: 'create user', by: LEASE }])
  })

  it('by a Redis that is full, which takes the record neither', async () => {
    const { ref, revision } = await told.open({ kind: 'user', id: 'u1', operation: 'create user' })
    const done = { ref, revision, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false } as const

    await server.redis.config('SET', 'maxmemory', '1')
    await expect(told.writes.record([done], LEASE)).rejects.toThrow('OOM')
    await server.redis.config('SET', 'maxmemory', '0')

    expect(await told.changes()).toEqual([])
    expect((await told.writes.record([done], LEASE)).answers).toEqual(['applied'])
    expect(await told.changes()).toHaveLength(1)
  })
})

describe('a stream that some hand has spoilt', () => {
  const { history } = accountKeys(account)

  it.each([
    ['no stream', () => server.redis.set(history, 'no stream')],
    [
      'one with the last id there is',
      () => server.redis.xadd(history, '18446744073709551615-18446744073709551615', 'a', 'b'),
    ],
  ])('stops nothing: %s', async (_what, spoil) => {
    await spoil()

    expect((await told.create()).answer).toBe('applied')
    expect(await server.redis.hlen(connectionKeys(STAFF).listOf('user'))).toBe(1)
  })

  it('is made anew by the next cycle, which tells of it', async () => {
    await server.redis.set(history, 'no stream')

    const problems = await mendKeys(server.redis, STAFF)
    await told.create()

    expect(problems.map(({ id, what }) => [id, what])).toEqual([
      ['staff.account:history', expect.stringContaining('is a string, where the ledger has a stream')],
    ])
    expect(await told.changes()).toHaveLength(1)
  })
})
