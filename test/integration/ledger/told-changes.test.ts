import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'
import { group, LEASE, member, openTold, refOf, user, type Told } from '../../fixtures/told-ledger.ts'

const { connection } = STAFF

let server: TestRedis
let told: Told
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  told = await openTold(server.redis)
})

describe('what was written is told once', () => {
  it('with all that is known of it', async () => {
    const { revision, answer } = await told.create()

    expect(answer).toBe('applied')
    const [at] = await server.redis.time()
    const [one, ...others] = await told.changes()
    expect(others).toEqual([])
    expect(one).toEqual({
      type: 'change',
      at: expect.closeTo(Number(at) * 1_000, -5) as unknown,
      ...{ connection, kind: 'user', id: 'u1', label: 'label of u1', dn: 'cn=u1' },
      ...{ outcome: 'applied', operation: 'create user', changed: ['email'], before: null, after: user() },
      ...{ zendeskId: 7, revision, origin: 'created', cycle: told.cycle.cycle, by: LEASE },
    })
    expect(Math.floor(told.cycle.cycle / 1_000)).toBeLessThanOrEqual(revision)
  })

  it.each([
    ['update user', user({ phone: '1' })],
    ['suspend user', user({}, 'suspended')],
    ['restore user', user({ email: 'j@example.org' })],
  ] as const)('%s', async (operation, applied) => {
    const before = await told.create()

    const { revision } = await told.write(
      { kind: 'user', id: 'u1', operation },
      { applied, zendeskId: 7, origin: null },
    )

    expect((await told.changes()).slice(1)).toMatchObject([
      { operation, before: before.done.applied, after: applied, zendeskId: 7, revision, origin: 'created' },
    ])
  })

  it('a user who is deleted, with their groups', async () => {
    await told.create()
    await told.createGroup()
    await told.add('g1~u1')

    await told.write(
      { kind: 'user', id: 'u1', operation: 'delete user' },
      { applied: null, zendeskId: null, origin: null },
    )

    expect((await told.changes()).slice(3)).toMatchObject([
      { operation: 'delete user', before: user(), after: null, zendeskId: 7, origin: 'created', groups: ['g1'] },
    ])
  })

  it('a user who is no team member any more, with their groups', async () => {
    await told.create()
    await told.createGroup()
    await told.add('g1~u1')

    const applied = user({ role: 'end-user' })
    await told.write({ kind: 'user', id: 'u1', operation: 'update user' }, { applied, zendeskId: 7, origin: null })

    expect((await told.changes()).slice(3)).toMatchObject([{ after: applied, groups: ['g1'] }])
  })

  it('groups: made, renamed, deleted with who was in them', async () => {
    await told.create('u1', 7)
    await told.create('u2', 8)
    await told.createGroup()
    await told.add('g1~u1')
    await told.add('g1~u2', member(8, 3))
    await told.release({ kind: 'membership', id: 'g1~u3', operation: 'add member' })
    const renamed = { applied: group('Support'), zendeskId: 3, origin: null }
    await told.write({ kind: 'group', id: 'g1', operation: 'rename group' }, renamed)
    await told.write(
      { kind: 'group', id: 'g1', operation: 'delete group' },
      { ...renamed, applied: null, zendeskId: null },
    )

    const [made, rename, deleted] = (await told.changes()).filter(({ kind }) => kind === 'group')
    expect(made).toMatchObject({ operation: 'create group', before: null, after: group('IT'), zendeskId: 3 })
    expect(rename).toMatchObject({ operation: 'rename group', before: group('IT'), after: group('Support') })
    expect(deleted).toMatchObject({ operation: 'delete group', before: group('Support'), after: null, zendeskId: 3 })
    expect(deleted!.members!.toSorted()).toEqual(['u1', 'u2'])
  })

  it('memberships: added and removed', async () => {
    await told.create()
    await told.createGroup()
    await told.add('g1~u1')
    const removal = { kind: 'membership', id: 'g1~u1', operation: 'remove member' } as const
    await told.write({ ...removal, desired: { presence: 'deleted' } }, { applied: null, zendeskId: null, origin: null })

    expect((await told.changes()).slice(2)).toMatchObject([
      { kind: 'membership', id: 'g1~u1', operation: 'add member', before: null, after: member(7, 3), zendeskId: 37 },
      { kind: 'membership', operation: 'remove member', before: member(7, 3), after: null, label: 'label of g1~u1' },
    ])
  })

  it('by what was done, where something newer was released meanwhile', async () => {
    const revision = await told.release({ kind: 'user', id: 'u1', operation: 'create user' })
    await told.writes.open([{ ref: refOf('user', 'u1') }], LEASE, 60_000)
    await told.release({ kind: 'user', id: 'u1', operation: 'suspend user' })

    const done = { ref: refOf('user', 'u1'), revision, applied: user(), zendeskId: 7 }
    await told.writes.record([{ ...done, origin: 'created', suspendedByUs: false }], LEASE)

    const [one] = await told.changes()
    expect(one).toMatchObject({ operation: 'create user', changed: [], revision })
    expect(one).not.toHaveProperty('cycle')
  })

  it('the suspension in the place of a deletion', async () => {
    await told.create()
    const { ref, revision } = await told.open({ kind: 'user', id: 'u1', operation: 'delete user' })
    const instead = { ref, revision, applied: user({}, 'suspended'), zendeskId: 7, origin: null, suspendedByUs: true }
    await told.writes.record([{ ...instead, linkOnly: true }], LEASE)
    await told.writes.record([{ ...instead, linkOnly: true }], LEASE)

    expect((await told.changes()).slice(1)).toMatchObject([
      { outcome: 'applied', operation: 'suspend user', before: user(), after: user({}, 'suspended'), revision },
    ])
  })

  it('with the job status of a bulk write', async () => {
    const { ref, revision } = await told.open({ kind: 'user', id: 'u1', operation: 'create user' })
    const outstanding = { id: 'batch', connection, worker: 'w', call: 'users update', at: 0, slot: null, items: [] }
    await told.writes.secure([ref], LEASE, 0, { outstanding: outstanding as never, sent: [['email']] })
    await told.writes.recordJobStatus('batch', 'status')
    await told.writes.record(
      [{ ref, revision, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false }],
      'batch',
    )

    expect(await told.changes()).toMatchObject([{ by: 'batch', jobStatusId: 'status' }])
  })
})

it('Zendesk’s id of a request is told with what came of it, and with nothing else', async () => {
  const ref = refOf('user', 'u1')
  const refused = await told.release({ kind: 'user', id: 'u1', operation: 'create user' })
  await told.writes.open([{ ref }], LEASE, 60_000)
  told.writes.requestIds.note(ref, LEASE, 'refused-SEA')
  await told.writes.reject(ref, LEASE, { revision: refused, code: 'RECORD_INVALID', message: 'No', at: 1 })
  const revision = await told.release({ kind: 'user', id: 'u1', operation: 'create user' })
  await told.writes.open([{ ref }], 'next', 60_000)
  told.writes.requestIds.note(ref, 'next', 'created-SEA')
  const done = { ref, applied: user(), zendeskId: 7, origin: 'created', suspendedByUs: false } as const
  await told.writes.record([{ ...done, revision }], 'next')
  await told.write(
    { kind: 'user', id: 'u1', operation: 'update user' },
    { applied: user({ phone: '1' }), zendeskId: 7 },
  )

  const ids = (await told.changes()).map((change) => change.requestId)
  expect(ids).toEqual(['refused-SEA', 'created-SEA', undefined])
})
