import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { readServices } from '@provisioner/shared/ledger/services.ts'
import { listProblems } from '@provisioner/shared/ledger/unreadable.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { storeLedger } from '../../fixtures/store-ledger.ts'
import { STAFF } from '../../fixtures/staff.ts'

const keys = connectionKeys(STAFF)
let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.redis.flushall()
  await storeLedger(server.redis, 'staff')
})

const reader = () => new LedgerReader(server.redis, STAFF)
/** What of each kind is there to be read. */
const readable = async () => ({
  problems: (await reader().problems()).length,
  accountProblems: (await reader().accountProblems()).length,
  held: (await reader().held()).length,
  decisions: (await reader().decisions()).size,
  decisionLog: (await reader().decisionLog()).length,
  entitlements: (await reader().entitlements()).size,
  undone: (await reader().storedUndone()).values.size,
  measures: Object.keys(await reader().measures()).length,
  firstRun: (await reader().firstRun()).status,
  hasCycle: (await reader().lastCycle()) !== undefined,
  isFailing: (await reader().failingCycles()) !== undefined,
  services: (await readServices(server.redis, STAFF.account)).length,
  config: (await readHealth(server.redis, STAFF)).newest?.print,
})
const ALL = {
  problems: 2,
  accountProblems: 1,
  held: 2,
  decisions: 2,
  decisionLog: 2,
  entitlements: 2,
  undone: 2,
  measures: 1,
  firstRun: 'done',
  hasCycle: true,
  isFailing: true,
  services: 2,
  config: 'print',
}
const told = async () =>
  (await listProblems(server.redis, reader())).flatMap(({ problem }) =>
    problem.code === 'LEDGER_UNREADABLE' ? [problem] : [],
  )

it('tells nothing of a ledger that can be read', async () => {
  expect([await readable(), await told()]).toEqual([ALL, []])
})

/** Of each key: a field or position, and what is missing when it can't be read. */
const FIELDS = [
  [keys.problems, 'user|u1|EMAIL_MISSING|', { problems: 1 }],
  [keys.problems, 'write|account|acme', { problems: 1, accountProblems: 0 }],
  [keys.held, 'user|u1', { held: 1 }],
  [keys.decisions, 'user|u1', { decisions: 1 }],
  [keys.decisionLog, '0', { decisionLog: 1 }],
  [keys.entitlements, 'u1', { entitlements: 1 }],
  [keys.undone, 'user|u1', { undone: 1 }],
  [keys.state, 'measures', { measures: 0 }],
  [keys.state, 'lastCycle', { hasCycle: false }],
  [keys.state, 'failing', { isFailing: false }],
  [keys.state, 'firstRun', { firstRun: 'new' }],
  [keys.state, 'firstPlan', {}],
  [keys.state, 'firstApproval', {}],
  [keys.state, 'config', { config: undefined }],
  [accountKeys(STAFF.account).services, 'producer|p1', { services: 1 }],
] as const

const corrupt = async (key: string, field: string, text: string) =>
  key === keys.decisionLog
    ? await server.redis.lset(key, Number(field), text)
    : await server.redis.hset(key, field, text)

describe.each([
  ['no JSON', '{"a":', 'is not what belongs there (no JSON)'],
  ['JSON of another shape', '{"a":1}', 'is not what belongs there'],
  ['a number', '7', 'is not what belongs there'],
  ['null', 'null', 'is not what belongs there'],
])('%s', (_what, text, why) => {
  it.each(FIELDS)('in %s at %s is left out and told', async (key, field, missing) => {
    // measures are a record by category: a number under a name is no measure
    await corrupt(key, field, text)

    expect(await readable()).toEqual({ ...ALL, ...missing })
    const [problem, ...others] = await told()
    expect(others).toEqual([])
    expect(problem).toMatchObject({ subject: 'connection', id: 'staff' })
    expect(problem?.what).toContain(`${key}, ${key === keys.decisionLog ? 'position' : 'field'} '${field}', ${why}`)
    expect(problem?.todo).toMatch(key === keys.undone ? /--undone 'user\|u1'/ : /redis-cli (HDEL|LSET) /)
  })
})

describe('a key that is of another type as a whole', () => {
  const NO_STATE = { measures: 0, hasCycle: false, isFailing: false, firstRun: 'new', config: undefined } as const

  it.each([
    [keys.problems, 'hash', { problems: 0, accountProblems: 0 }],
    [keys.held, 'hash', { held: 0 }],
    [keys.decisions, 'hash', { decisions: 0 }],
    [keys.decisionLog, 'list', { decisionLog: 0 }],
    [keys.entitlements, 'hash', { entitlements: 0 }],
    [keys.undone, 'hash', { undone: 0 }],
    [keys.state, 'hash', NO_STATE],
    [accountKeys(STAFF.account).services, 'hash', { services: 0 }],
  ] as const)('%s is told by its name', async (key, type, missing) => {
    await server.redis.set(key, 'something else')

    expect(await readable()).toEqual({ ...ALL, ...missing })
    const [problem, ...others] = await told()
    expect(others).toEqual([])
    expect(problem?.what).toBe(`In Redis ${key} is a string, and no ${type}`)
    expect(problem?.todo).toContain(`DEL ${key}`)
  })

  it('is told of the names of an account, too', async () => {
    await server.redis.hset(keys.names, 'a', '1')

    expect((await told()).map(({ what }) => what)).toEqual([`In Redis ${keys.names} is a hash, and no string`])
  })
})
