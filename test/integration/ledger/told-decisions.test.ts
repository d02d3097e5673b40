import { MAX_EVENTS } from '@provisioner/shared/history/lua/append-event.ts'
import { makeRoom } from '@provisioner/shared/history/make-room.ts'
import { noteEvent, noteEvents } from '@provisioner/shared/history/note-event.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { summaryWith } from '@provisioner/shared/ledger/cycle-summary.fixture.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { HeldDecisions } from '@provisioner/shared/ledger/held-decisions.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { pause, readPauses, resume } from '@provisioner/shared/ledger/pauses.ts'
import { emptyLedger } from '@provisioner/shared/ledger/transfer/empty-ledger.ts'
import { exportLedger } from '@provisioner/shared/ledger/transfer/export-ledger.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { historyEvents } from '../../fixtures/history-events.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const { account, connection } = STAFF
const keys = accountKeys(account)
const by = 'ada@host'

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => server.redis.flushall())

const events = () => historyEvents(server.redis, account)

describe('a decision is told once, in the step that makes it', () => {
  const change: HeldChange = {
    ...{ key: 'user|u1|role', category: 'promotions', operation: 'update user', dn: 'uid=ada', label: 'ada' },
    ...{ cause: 'from end-user to agent', print: 'p', since: 1 },
  }

  it('on a held change', async () => {
    const cycle = await CycleLedger.begin(server.redis, STAFF)
    await cycle.notes.hold([change], [])
    const decisions = new HeldDecisions(server.redis, STAFF)
    const shown = await new LedgerReader(server.redis, STAFF).heldAndDecided()
    await decisions.decide('approve', shown, { by, at: 1, reason: 'as asked' })
    // somebody else was shown the same
    await decisions.decide('reject', shown, { by: 'bob', at: 2 })

    const { label, dn, operation, category, cause } = change
    expect(await events()).toEqual([
      {
        ...{
          type: 'decision',
          at: expect.any(Number) as unknown,
          connection,
          verdict: 'approve',
          by,
          reason: 'as asked',
        },
        ...{ kind: 'user', id: 'u1', label, dn, operation, changed: ['role'], category, cause },
      },
    ])
  })

  it('on the first plan', async () => {
    const cycle = await CycleLedger.begin(server.redis, STAFF)
    const plan = { at: 1, changes: {}, undecided: {}, guarded: {}, adopted: 0 }
    await cycle.notes.awaitApproval(plan)
    const decisions = new HeldDecisions(server.redis, STAFF)
    await decisions.approveFirstPlan('approve', plan, [], { by, at: 1 })
    await decisions.approveFirstPlan('approve', plan, [], { by, at: 2 })

    expect(await events()).toMatchObject([{ type: 'decision', connection, verdict: 'approve', by }])
  })
})

describe('a pause and its end are told once', () => {
  const decider = { by, at: 1, reason: 'a wrong import' }

  it('of a connection, and of the whole account', async () => {
    expect(await pause(server.redis, account, { connection, scope: 'removals' }, decider)).toBe(true)
    expect(await pause(server.redis, account, { connection, scope: 'removals' }, { by: 'bob', at: 2 })).toBe(false)
    await pause(server.redis, account, { scope: 'all' }, decider)
    const ended = await readPauses(server.redis, account)
    await resume(server.redis, account, ended, { by: 'bob' })
    await resume(server.redis, account, ended, { by: 'bob' })

    const told = await events()
    expect(told.slice(0, 2)).toMatchObject([
      { type: 'pause', connection, scope: 'removals', by, reason: 'a wrong import' },
      { type: 'pause', scope: 'all', by },
    ])
    expect(told.slice(2)).toHaveLength(2)
    expect(told.slice(2)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'resume', connection, scope: 'removals', by: 'bob' }),
        expect.objectContaining({ type: 'resume', scope: 'all', by: 'bob' }),
      ]),
    )
    expect(await readPauses(server.redis, account)).toEqual([])
  })

  it('also where what stood there was no hash', async () => {
    await server.redis.set(keys.pauses, 'something else')
    await resume(server.redis, account, await readPauses(server.redis, account), { by })

    expect(await readPauses(server.redis, account)).toEqual([])
    expect(await events()).toMatchObject([{ type: 'resume', scope: 'all', by }])
  })
})

describe('a cycle tells in the step that ends it', () => {
  const startedAt = 9
  const ending = (cycle: CycleLedger) =>
    cycle.notes.end({
      ...{ summary: summaryWith({ startedAt }), measures: {}, enacted: { audited: true }, mapping: 'm' },
      ...{ found: undefined, countedMs: 1 },
      events: [{ type: 'cycle', connection, cycle: cycle.cycle, startedAt, endedAt: 10, full: true }],
    })

  it('what is noted of it', async () => {
    await ending(await CycleLedger.begin(server.redis, STAFF))

    expect(await events()).toMatchObject([{ type: 'cycle', connection, startedAt, full: true }])
  })

  it('nothing, when a newer one has begun', async () => {
    const overtaken = await CycleLedger.begin(server.redis, STAFF)
    await CycleLedger.begin(server.redis, STAFF)

    await expect(ending(overtaken)).rejects.toThrow()
    expect(await events()).toEqual([])
  })

  it('and ends all the same where the stream is none', async () => {
    await server.redis.set(keys.history, 'no stream')
    await ending(await CycleLedger.begin(server.redis, STAFF))

    expect((await new LedgerReader(server.redis, STAFF).firstRun()).status).toBe('done')
  })
})

describe('what somebody did is noted by itself', () => {
  const about = { kind: 'user', id: 'u1', label: 'ada', dn: 'uid=ada' } as const

  it('in its order, at the time of Redis', async () => {
    await noteEvent(server.redis, account, { type: 'retry', connection, by, cause: 'RECORD_INVALID', jobs: 2 })
    await noteEvents(server.redis, account, [
      { type: 'undo', connection, by, about, undo: 'x', revision: 5 },
      { type: 'release-undo', connection, by, about, undo: 'x' },
    ])

    const told = await events()
    expect(told.map(({ type }) => type)).toEqual(['retry', 'undo', 'release-undo'])
    const [seconds] = await server.redis.time()
    for (const { at } of told) expect(Math.abs(at - Number(seconds) * 1_000)).toBeLessThan(60_000)
  })

  it('not where the stream is none, which stops nobody', async () => {
    await server.redis.set(keys.history, 'no stream')
    await noteEvent(server.redis, account, { type: 'unlink', connection, by, about, zendeskId: 5 })

    expect(await server.redis.get(keys.history)).toBe('no stream')
  })
})

describe('while nobody takes them', () => {
  const FILL = `for i = 1, ${MAX_EVENTS} do redis.call('XADD', KEYS[1], '*', 'event', '{}') end`

  it('the oldest events make room for new ones, and are counted', async () => {
    await server.redis.eval(FILL, 1, keys.history)
    await noteEvent(server.redis, account, { type: 'pause', by, scope: 'all' })

    const length = await server.redis.xlen(keys.history)
    expect(length).toBeLessThan(MAX_EVENTS)
    expect(length).toBeGreaterThan(0.9 * MAX_EVENTS)
    expect(Number(await server.redis.get(keys.historyLost))).toBe(MAX_EVENTS + 1 - length)
    const [[, [, newest]]] = (await server.redis.xrevrange(keys.history, '+', '-', 'COUNT', 1)) as [[string, string[]]]
    expect(JSON.parse(newest!)).toMatchObject({ type: 'pause' })
  })
})

describe('of a Redis that is nearly full', () => {
  const FILL = `for i = 1, 30000 do redis.call('XADD', KEYS[1], '*', 'event', '{}') end`
  const info = (used: number) => `used_memory:${used}\r\nmaxmemory:1000\r\n`

  it('the older half of the events makes room, and is counted', async () => {
    await server.redis.eval(FILL, 1, keys.history)

    const dropped = await makeRoom(server.redis, account, info(960))

    const length = await server.redis.xlen(keys.history)
    expect(length + dropped).toBe(30_000)
    expect(Math.abs(length - 15_000)).toBeLessThan(500)
    expect(Number(await server.redis.get(keys.historyLost))).toBe(dropped)
    await makeRoom(server.redis, account, info(960))
    expect(Math.abs((await server.redis.xlen(keys.history)) - 10_000)).toBeLessThan(500)
  })

  it('also when it takes nothing any more', async () => {
    await server.redis.eval(FILL, 1, keys.history)
    await server.redis.config('SET', 'maxmemory', '1')

    const dropped = await makeRoom(server.redis, account, info(1_001))
    await server.redis.config('SET', 'maxmemory', '0')

    expect(dropped).toBeGreaterThan(10_000)
    expect(Number(await server.redis.get(keys.historyLost))).toBe(dropped)
  })

  it.each([
    ['there is room', 30_000, info(940)],
    ['there is no limit', 30_000, 'used_memory:960\r\nmaxmemory:0\r\n'],
    ['there are few', 10, info(960)],
  ])('nothing is dropped where %s', async (_why, count, memory) => {
    const fill = `for i = 1, ${count} do redis.call('XADD', KEYS[1], '*', 'event', '{}') end`
    await server.redis.eval(fill, 1, keys.history)

    expect(await makeRoom(server.redis, account, memory)).toBe(0)
    expect(await server.redis.xlen(keys.history)).toBe(count)
  })

  it('something else in the place of the stream is left to the next cycle', async () => {
    await server.redis.set(keys.history, 'no stream')

    expect(await makeRoom(server.redis, account, info(960))).toBe(0)
  })
})

it('an exported ledger has no events, and one that is emptied keeps them', async () => {
  await server.redis.set(keys.layout, '1')
  await server.redis.set(keys.historyLost, '3')
  await noteEvent(server.redis, account, { type: 'pause', by, scope: 'all' })

  for await (const line of exportLedger(server.redis, account)) expect(line).not.toContain('history')
  await emptyLedger(server.redis, account)
  expect((await server.redis.keys('*')).toSorted()).toEqual([keys.history, keys.historyLost])
})
