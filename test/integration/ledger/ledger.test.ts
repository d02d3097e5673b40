import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { membershipId, type EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { AppliedUser } from '@provisioner/shared/ledger/record.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'

const [connection, account] = ['staff', 'acme']
const LEASE_MS = 60_000

let server: RedisServer
let redis: Redis
let reader: LedgerReader
let writes: WriteLedger

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  reader = new LedgerReader(redis, { account, connection })
  writes = new WriteLedger(redis, { connection, account })
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})
beforeEach(() => redis.flushall())

const user = (id: string): EntityRef => ({ connection, kind: 'user', id })
const group = (id: string): EntityRef => ({ connection, kind: 'group', id })
const member = (groupId: string, userId: string): EntityRef => ({
  connection,
  kind: 'membership',
  id: membershipId(groupId, userId),
})

function releaseOf(ref: EntityRef, name = 'Ada'): Release {
  const about = { kind: ref.kind, id: ref.id, dn: `uid=${ref.id}`, label: ref.id, changed: ['name'] }
  if (ref.kind === 'user')
    return {
      ...about,
      operation: 'create user',
      desired: { presence: 'active', attributes: { name, role: 'agent' }, createOnly: [], tagsMode: 'merge' },
    }
  if (ref.kind === 'group') return { ...about, operation: 'create group', desired: { presence: 'active', name } }
  return { ...about, operation: 'add member', desired: { presence: 'active' } }
}

function writtenAs(ref: EntityRef, revision: number, zendeskId: number, role = 'agent'): Written {
  const applied: AppliedUser = { presence: 'active', attributes: { name: 'Ada', role } }
  return {
    ref,
    revision,
    applied: ref.kind === 'user' ? applied : { presence: 'active', name: 'Ada' },
    zendeskId,
    origin: 'created',
    suspendedByUs: false,
  }
}

describe('releasing', () => {
  it('gives an unchanged desired state one revision, however often its plan is enacted', async () => {
    const cycle = await CycleLedger.begin(redis, { account, connection })

    const [first] = await cycle.release([releaseOf(user('u1'))])
    const [again] = await cycle.release([releaseOf(user('u1'))])
    const [changed] = await cycle.release([releaseOf(user('u1'), 'Ada Lovelace')])

    expect(again!.revision).toBe(first!.revision)
    expect(changed!.revision).toBeGreaterThan(first!.revision)
  })

  it('never repeats a revision, not even after the ledger was lost', async () => {
    const [before] = await (await CycleLedger.begin(redis, { account, connection })).release([releaseOf(user('u1'))])
    await redis.flushall()
    const [after] = await (await CycleLedger.begin(redis, { account, connection })).release([releaseOf(user('u1'))])

    expect(after!.revision).toBeGreaterThanOrEqual(before!.revision)
  })

  it('is refused to a cycle that was overtaken', async () => {
    const old = await CycleLedger.begin(redis, { account, connection })
    await CycleLedger.begin(redis, { account, connection })

    await expect(old.release([releaseOf(user('u1'))])).rejects.toThrow(FencedError)
    await expect(old.notes.solveWrites([{ subject: 'user', id: 'u1' }])).rejects.toThrow(FencedError)
    expect(await reader.count('user')).toBe(0)
  })
})

describe('writing', () => {
  it('opens an entity for one writer at a time', async () => {
    const cycle = await CycleLedger.begin(redis, { account, connection })
    await cycle.release([releaseOf(user('u1'))])

    const [mine] = await writes.open([{ ref: user('u1') }], 'w1.a', LEASE_MS)
    const [theirs] = await writes.open([{ ref: user('u1') }], 'w2.b', LEASE_MS)
    await writes.giveBack([user('u1')], 'w1.a')
    const [then] = await writes.open([{ ref: user('u1') }], 'w2.b', LEASE_MS)

    expect([mine!.status, theirs!.status, then!.status]).toEqual(['open', 'leased', 'open'])
  })

  it('only moves revisions forward', async () => {
    const cycle = await CycleLedger.begin(redis, { account, connection })
    const [one] = await cycle.release([releaseOf(user('u1'))])
    const [two] = await cycle.release([releaseOf(user('u1'), 'Ada Lovelace')])

    const newer = await writes.record([writtenAs(user('u1'), two!.revision, 7)], 'w1.a')
    const older = await writes.record([{ ...writtenAs(user('u1'), one!.revision, 7), suspendedByUs: true }], 'w2.b')

    expect([...newer.answers, ...older.answers]).toEqual(['applied', 'stale'])
    expect((await reader.records('user', ['u1']))[0]).toMatchObject({
      appliedRevision: two!.revision,
      suspendedByUs: false,
    })
    expect(await reader.pending()).toEqual([])
  })

  it('sends nothing under a lease that is too short', async () => {
    const cycle = await CycleLedger.begin(redis, { account, connection })
    await cycle.release([releaseOf(user('u1'))])
    await writes.open([{ ref: user('u1') }], 'w1.a', 1_000)

    expect(await writes.secure([user('u1')], 'w1.a', 500)).toEqual([true])
    expect(await writes.secure([user('u1')], 'w1.a', 30_000)).toEqual([false])
    expect(await writes.secure([user('u1')], 'w2.b', 500)).toEqual([false])
  })

  it('keeps the entities of an outstanding write closed, whoever comes, until it is settled', async () => {
    const cycle = await CycleLedger.begin(redis, { account, connection })
    const [released] = await cycle.release([releaseOf(user('u1'))])
    await writes.open([{ ref: user('u1') }], 'w1.a', LEASE_MS)
    const outstanding = {
      id: 'w1.a',
      connection,
      worker: 'w1',
      call: 'users create' as const,
      at: 0,
      slot: null,
      items: [],
    }
    const creations = [{ name: 'a@example.org', externalId: null }]
    await writes.secure([user('u1')], 'w1.a', 500, { creations, outstanding })

    const [before] = await writes.open([{ ref: user('u1') }], 'w2.b', LEASE_MS)
    await writes.record([writtenAs(user('u1'), released!.revision, 7)], 'w1.a')
    const [after] = await writes.open([{ ref: user('u1') }], 'w2.b', LEASE_MS)

    expect(before).toEqual({ status: 'outstanding', batch: 'w1.a' })
    expect(after!.status).toBe('done')
  })

  it('gives one Zendesk user to one entry only', async () => {
    const cycle = await CycleLedger.begin(redis, { account, connection })
    const [one, two] = await cycle.release([releaseOf(user('u1')), releaseOf(user('u2'))])

    await writes.record([writtenAs(user('u1'), one!.revision, 7)], 'w1.a')
    const { answers } = await writes.record([writtenAs(user('u2'), two!.revision, 7)], 'w1.b')

    expect(answers).toEqual(['owned by staff|u1'])
  })
})

describe('memberships', () => {
  async function prepared() {
    const cycle = await CycleLedger.begin(redis, { account, connection })
    const [u, g, m] = await cycle.release([
      releaseOf(user('u1')),
      releaseOf(group('g1')),
      releaseOf(member('g1', 'u1')),
    ])
    return { u: u!, g: g!, m: m! }
  }

  it.each([
    ['user', 'group'],
    ['group', 'user'],
  ] as const)('can run when the %s is linked first and the %s last', async (first, _last) => {
    const { u, g, m } = await prepared()
    const both = { user: writtenAs(user('u1'), u.revision, 7), group: writtenAs(group('g1'), g.revision, 8) }
    const [one, other] = first === 'user' ? [both.user, both.group] : [both.group, both.user]

    const early = await writes.record([one], 'a')
    const late = await writes.record([other], 'b')

    expect(m.ready).toBe(false)
    expect([early.ready, late.ready]).toEqual([[], [{ id: 'g1~u1', revision: m.revision }]])
  })

  it('waits for an end user, and comes when the role is applied', async () => {
    const { u, g, m } = await prepared()
    await writes.record([writtenAs(group('g1'), g.revision, 8), writtenAs(user('u1'), u.revision, 7, 'end-user')], 'a')
    const [asEndUser] = await writes.open([{ ref: member('g1', 'u1') }], 'w', LEASE_MS)

    const { ready } = await writes.record([{ ...writtenAs(user('u1'), u.revision + 1, 7, 'agent') }], 'b')

    expect(asEndUser).toEqual({ status: 'not ready' })
    expect(ready).toEqual([{ id: 'g1~u1', revision: m.revision }])
  })

  it('is removed only after the user’s additions', async () => {
    const { u, g, m } = await prepared()
    const cycle = await CycleLedger.begin(redis, { account, connection })
    await writes.record([writtenAs(user('u1'), u.revision, 7), writtenAs(group('g1'), g.revision, 8)], 'a')
    const pair = { presence: 'active' as const, userZendeskId: 7, groupZendeskId: 8, membershipZendeskId: 9 }
    await writes.record(
      [
        {
          ref: member('g1', 'u1'),
          revision: m.revision,
          applied: pair,
          zendeskId: 9,
          origin: 'created',
          suspendedByUs: false,
        },
      ],
      'a',
    )
    const [g2] = await cycle.release([releaseOf(group('g2'))])
    await writes.record([writtenAs(group('g2'), g2!.revision, 10)], 'a')
    await cycle.release([
      { ...releaseOf(member('g1', 'u1')), operation: 'remove member', desired: { presence: 'deleted' } },
      releaseOf(member('g2', 'u1')),
    ])

    const [removal] = await writes.open([{ ref: member('g1', 'u1') }], 'w', LEASE_MS)

    expect(removal).toEqual({ status: 'after additions' })
  })

  it('goes with its group', async () => {
    const { u, g } = await prepared()
    await writes.record([writtenAs(user('u1'), u.revision, 7), writtenAs(group('g1'), g.revision, 8)], 'a')
    const cycle = await CycleLedger.begin(redis, { account, connection })
    const [gone] = await cycle.release([
      { ...releaseOf(group('g1')), operation: 'delete group', desired: { presence: 'deleted', name: 'Ada' } },
    ])

    await writes.record([{ ...writtenAs(group('g1'), gone!.revision, 8), applied: null }], 'c')

    expect(await reader.records('membership', ['g1~u1'])).toEqual([undefined])
    expect(await reader.membersOf('g1')).toEqual([])
    expect(await reader.pending()).toEqual([])
  })
})
