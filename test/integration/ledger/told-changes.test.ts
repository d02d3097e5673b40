import type { Kind } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { mendKeys } from '@provisioner/shared/ledger/mend-keys.ts'
import type { Link, Release } from '@provisioner/shared/ledger/planned.ts'
import type { AppliedUser } from '@provisioner/shared/ledger/record.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { historyChanges } from '../../fixtures/history-events.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const { account, connection } = STAFF
const LEASE = 'the-lease'

let server: TestRedis
let cycle: CycleLedger
let writes: WriteLedger
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.redis.flushall()
  cycle = await CycleLedger.begin(server.redis, STAFF)
  writes = new WriteLedger(server.redis, STAFF)
})

const changes = () => historyChanges(server.redis, account)
const refOf = (kind: Kind, id: string) => ({ connection, kind, id })
const user = (changed: Partial<AppliedUser['attributes']> = {}, presence: AppliedUser['presence'] = 'active') => ({
  presence,
  attributes: { email: 'jo@example.org', role: 'agent', ...changed },
})
const group = (name: string) => ({ presence: 'active' as const, name })
const member = (userZendeskId: number, groupZendeskId: number) => ({
  presence: 'active' as const,
  userZendeskId,
  groupZendeskId,
  membershipZendeskId: 10 * groupZendeskId + userZendeskId,
})

type Released = Pick<Release, 'kind' | 'id' | 'operation'> & Partial<Release>

async function release(one: Released): Promise<number> {
  const desired = { presence: 'active', name: 'x', attributes: {}, createOnly: [], tagsMode: 'merge' } as const
  const named = { dn: `cn=${one.id}`, label: `label of ${one.id}`, changed: ['email'] }
  const [released] = await cycle.release([{ desired, ...named, anew: true, ...one }])
  return released!.revision
}

/** Releases and records it, as a worker does whose request took effect. */
async function write(one: Released, written: Partial<Written> & Pick<Written, 'applied' | 'zendeskId'>) {
  const revision = await release(one)
  const ref = refOf(one.kind, one.id)
  await writes.open([{ ref }], LEASE, 60_000)
  const done: Written = { ref, revision, origin: 'created', suspendedByUs: false, ...written }
  return { revision, done, answer: (await writes.record([done], LEASE)).answers[0] }
}

const create = (id = 'u1', zendeskId = 7) =>
  write({ kind: 'user', id, operation: 'create user' }, { applied: user(), zendeskId })
const createGroup = (id = 'g1', zendeskId = 3) =>
  write({ kind: 'group', id, operation: 'create group' }, { applied: group('IT'), zendeskId })
const add = (id: string, applied = member(7, 3)) =>
  write({ kind: 'membership', id, operation: 'add member' }, { applied, zendeskId: applied.membershipZendeskId })

const linkOf = (more: Partial<Link>): Link => ({
  ...{ kind: 'user', id: 'u1', dn: 'cn=u1', label: 'jo', zendeskId: 7, applied: user(), suspendedByUs: false },
  ...{ inSync: null, ...more },
})

describe('what was written is told once', () => {
  it('with all that is known of it', async () => {
    const { revision, answer } = await create()

    expect(answer).toBe('applied')
    const [at] = await server.redis.time()
    const [told, ...others] = await changes()
    expect(others).toEqual([])
    expect(told).toEqual({
      type: 'change',
      at: expect.closeTo(Number(at) * 1_000, -5) as unknown,
      ...{ connection, kind: 'user', id: 'u1', label: 'label of u1', dn: 'cn=u1' },
      ...{ outcome: 'applied', operation: 'create user', changed: ['email'], before: null, after: user() },
      ...{ zendeskId: 7, revision, origin: 'created', cycle: cycle.cycle, by: LEASE },
    })
    expect(Math.floor(cycle.cycle / 1_000)).toBeLessThanOrEqual(revision)
  })

  it.each([
    ['update user', user({ phone: '1' })],
    ['suspend user', user({}, 'suspended')],
    ['restore user', user({ email: 'j@example.org' })],
  ] as const)('%s', async (operation, applied) => {
    const before = await create()

    const { revision } = await write({ kind: 'user', id: 'u1', operation }, { applied, zendeskId: 7, origin: null })

    expect((await changes()).slice(1)).toMatchObject([
      { operation, before: before.done.applied, after: applied, zendeskId: 7, revision, origin: 'created' },
    ])
  })

  it('a user who is deleted, with their groups', async () => {
    await create()
    await createGroup()
    await add('g1~u1')

    await write({ kind: 'user', id: 'u1', operation: 'delete user' }, { applied: null, zendeskId: null, origin: null })

    expect((await changes()).slice(3)).toMatchObject([
      { operation: 'delete user', before: user(), after: null, zendeskId: 7, origin: 'created', groups: ['g1'] },
    ])
  })

  it('a user who is no team member any more, with their groups', async () => {
    await create()
    await createGroup()
    await add('g1~u1')

    const applied = user({ role: 'end-user' })
    await write({ kind: 'user', id: 'u1', operation: 'update user' }, { applied, zendeskId: 7, origin: null })

    expect((await changes()).slice(3)).toMatchObject([{ after: applied, groups: ['g1'] }])
  })

  it('groups: made, renamed, deleted with who was in them', async () => {
    await create('u1', 7)
    await create('u2', 8)
    await createGroup()
    await add('g1~u1')
    await add('g1~u2', member(8, 3))
    await release({ kind: 'membership', id: 'g1~u3', operation: 'add member' })
    const renamed = { applied: group('Support'), zendeskId: 3, origin: null }
    await write({ kind: 'group', id: 'g1', operation: 'rename group' }, renamed)
    await write({ kind: 'group', id: 'g1', operation: 'delete group' }, { ...renamed, applied: null, zendeskId: null })

    const [made, rename, deleted] = (await changes()).filter(({ kind }) => kind === 'group')
    expect(made).toMatchObject({ operation: 'create group', before: null, after: group('IT'), zendeskId: 3 })
    expect(rename).toMatchObject({ operation: 'rename group', before: group('IT'), after: group('Support') })
    expect(deleted).toMatchObject({ operation: 'delete group', before: group('Support'), after: null, zendeskId: 3 })
    expect(deleted!.members!.toSorted()).toEqual(['u1', 'u2'])
  })

  it('memberships: added and removed', async () => {
    await create()
    await createGroup()
    await add('g1~u1')
    const removal = { kind: 'membership', id: 'g1~u1', operation: 'remove member', desired: { presence: 'deleted' } }
    await write(removal as Released, { applied: null, zendeskId: null, origin: null })

    expect((await changes()).slice(2)).toMatchObject([
      { kind: 'membership', id: 'g1~u1', operation: 'add member', before: null, after: member(7, 3), zendeskId: 37 },
      { kind: 'membership', operation: 'remove member', before: member(7, 3), after: null, label: 'label of g1~u1' },
    ])
  })

  it('by what was done, where something newer was released meanwhile', async () => {
    const revision = await release({ kind: 'user', id: 'u1', operation: 'create user' })
    await writes.open([{ ref: refOf('user', 'u1') }], LEASE, 60_000)
    await release({ kind: 'user', id: 'u1', operation: 'suspend user' })

    const done = { ref: refOf('user', 'u1'), revision, applied: user(), zendeskId: 7 }
    await writes.record([{ ...done, origin: 'created', suspendedByUs: false }], LEASE)

    const [told] = await changes()
    expect(told).toMatchObject({ operation: 'create user', changed: [], revision })
    expect(told).not.toHaveProperty('cycle')
  })

  it('the suspension in the place of a deletion', async () => {
    await create()
    const revision = await release({ kind: 'user', id: 'u1', operation: 'delete user' })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    const instead = { ref, revision, applied: user({}, 'suspended'), zendeskId: 7, origin: null, suspendedByUs: true }
    await writes.record([{ ...instead, linkOnly: true }], LEASE)
    await writes.record([{ ...instead, linkOnly: true }], LEASE)

    expect((await changes()).slice(1)).toMatchObject([
      { outcome: 'applied', operation: 'suspend user', before: user(), after: user({}, 'suspended'), revision },
    ])
  })

  it('with the job status of a bulk write', async () => {
    const revision = await release({ kind: 'user', id: 'u1', operation: 'create user' })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    const outstanding = { id: 'batch', connection, worker: 'w', call: 'users update', at: 0, slot: null, items: [] }
    await writes.secure([ref], LEASE, 0, { outstanding: outstanding as never, sent: [['email']] })
    await writes.recordJobStatus('batch', 'status')
    await writes.record(
      [{ ref, revision, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false }],
      'batch',
    )

    expect(await changes()).toMatchObject([{ by: 'batch', jobStatusId: 'status' }])
  })
})

it('Zendesk’s id of a request is told with what came of it, and with nothing else', async () => {
  const ref = refOf('user', 'u1')
  const refused = await release({ kind: 'user', id: 'u1', operation: 'create user' })
  await writes.open([{ ref }], LEASE, 60_000)
  writes.requestIds.note(ref, LEASE, 'refused-SEA')
  await writes.reject(ref, LEASE, { revision: refused, code: 'RECORD_INVALID', message: 'No', at: 1 })
  const revision = await release({ kind: 'user', id: 'u1', operation: 'create user' })
  await writes.open([{ ref }], 'next', 60_000)
  writes.requestIds.note(ref, 'next', 'created-SEA')
  const done = { ref, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false } as const
  await writes.record([{ ...done, revision }], 'next')
  await write({ kind: 'user', id: 'u1', operation: 'update user' }, { applied: user({ phone: '1' }), zendeskId: 7 })

  const ids = (await changes()).map((change) => change.requestId)
  expect(ids).toEqual(['refused-SEA', 'created-SEA', undefined])
})

describe('what was found in Zendesk is told once', () => {
  it('an object that is adopted, and what somebody else has changed there since', async () => {
    await cycle.link([linkOf({})])
    await cycle.link([linkOf({})])
    await cycle.link([linkOf({ applied: user({ phone: '9' }) })])

    expect(await changes()).toMatchObject([
      { outcome: 'found', operation: 'link user', before: null, after: user(), origin: 'adopted', revision: 0 },
      { outcome: 'found', operation: 'link user', before: user(), after: user({ phone: '9' }), cycle: cycle.cycle },
    ])
  })

  it('a user whom a worker finds, before it writes what differs', async () => {
    const revision = await release({ kind: 'user', id: 'u1', operation: 'create user' })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    const found = { ref, revision, applied: user(), zendeskId: 7, origin: 'adopted', suspendedByUs: false } as const
    await writes.record([{ ...found, linkOnly: true }], LEASE)
    await writes.record([{ ...found, applied: user({ phone: '1' }) }], LEASE)

    expect(await changes()).toMatchObject([
      { outcome: 'found', operation: 'link user', before: null, after: user() },
      { outcome: 'applied', operation: 'create user', before: user(), after: user({ phone: '1' }), origin: 'adopted' },
    ])
  })

  it('an object that is gone, seen by a cycle or by a worker', async () => {
    await create()
    await create('u2', 8)
    await release({ kind: 'user', id: 'u2', operation: 'update user' })
    const ref = refOf('user', 'u2')
    await writes.open([{ ref }], LEASE, 60_000)

    await cycle.link([linkOf({ zendeskId: null, applied: null })])
    await writes.unlink(ref, LEASE)
    await writes.unlink(ref, LEASE)

    const gone = { outcome: 'found', operation: 'unlink user', before: user(), after: null }
    expect((await changes()).slice(2)).toMatchObject([
      { ...gone, id: 'u1', zendeskId: 7 },
      { ...gone, id: 'u2', zendeskId: 8, by: LEASE },
    ])
  })

  it('an object that another entry takes over', async () => {
    await create('u0', 7)
    await cycle.link([linkOf({ from: { connection, id: 'u0' } })])

    expect((await changes()).slice(1)).toMatchObject([
      { id: 'u0', outcome: 'found', operation: 'unlink user', before: user(), after: null },
      { id: 'u1', outcome: 'found', operation: 'link user', before: null, after: user() },
    ])
  })
})

describe('what Zendesk refuses', () => {
  const refusal = (revision: number) => ({ revision, code: 'RECORD_INVALID', message: 'No "such" phone', at: 1 })

  it('is told once, with the reason', async () => {
    await create()
    const revision = await release({ kind: 'user', id: 'u1', operation: 'update user', changed: ['phone'] })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    await writes.reject(ref, LEASE, refusal(revision))
    await writes.reject(ref, LEASE, refusal(revision))

    const why = { code: 'RECORD_INVALID', message: 'No "such" phone' }
    expect((await changes()).slice(1)).toMatchObject([
      { outcome: 'refused', operation: 'update user', changed: ['phone'], before: user(), after: user(), refusal: why },
    ])
  })

  it('is not told of what waits no more', async () => {
    const { revision } = await create()
    await writes.reject(refOf('user', 'u1'), LEASE, refusal(revision))

    expect(await changes()).toHaveLength(1)
  })
})

describe('nothing is told', () => {
  it('of what was given back with nothing written', async () => {
    await release({ kind: 'user', id: 'u1', operation: 'create user' })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    await writes.giveBack([ref], LEASE, { noEffect: true })

    expect(await changes()).toEqual([])
  })

  it('of what is stale, or told again', async () => {
    const { done } = await create()
    const again = await writes.record([done, { ...done, revision: done.revision - 1 }], LEASE)

    expect(again.answers).toEqual(['stale', 'stale'])
    expect(await changes()).toHaveLength(1)
  })

  it('twice of what Redis has forgotten and is told again', async () => {
    const revision = await release({ kind: 'user', id: 'u1', operation: 'create user' })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    const keys = await server.redis.keys('*')
    const dumps = await Promise.all(keys.map((key) => server.redis.dumpBuffer(key)))
    const done = { ref, revision, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false } as const
    await writes.record([done], LEASE)
    await server.redis.flushall()
    for (const [i, key] of keys.entries()) await server.redis.restore(key, 0, dumps[i]!)

    expect(await changes()).toEqual([])
    expect((await writes.record([done], LEASE)).answers).toEqual(['applied'])
    expect(await changes()).toMatchObject([{ operation: 'create user', by: LEASE }])
  })

  it('by a Redis that is full, which takes the record neither', async () => {
    const revision = await release({ kind: 'user', id: 'u1', operation: 'create user' })
    const ref = refOf('user', 'u1')
    await writes.open([{ ref }], LEASE, 60_000)
    const done = { ref, revision, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false } as const

    await server.redis.config('SET', 'maxmemory', '1')
    await expect(writes.record([done], LEASE)).rejects.toThrow('OOM')
    await server.redis.config('SET', 'maxmemory', '0')

    expect(await changes()).toEqual([])
    expect((await writes.record([done], LEASE)).answers).toEqual(['applied'])
    expect(await changes()).toHaveLength(1)
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

    expect((await create()).answer).toBe('applied')
    expect(await server.redis.hlen(connectionKeys(STAFF).listOf('user'))).toBe(1)
  })

  it('is made anew by the next cycle, which tells of it', async () => {
    await server.redis.set(history, 'no stream')

    const problems = await mendKeys(server.redis, STAFF)
    await create()

    expect(problems.map(({ id, what }) => [id, what])).toEqual([
      ['staff.account:history', expect.stringContaining('is a string, where the ledger has a stream')],
    ])
    expect(await changes()).toHaveLength(1)
  })
})
