import { describe, expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Link, Release } from '@provisioner/shared/ledger/planned.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const keys = connectionKeys(STAFF)
const attributes = { email: 'ada@acme.com', name: 'Ada' }
const about = { kind: 'user', id: 'ada', dn: 'uid=ada', label: 'ada@acme.com' } as const
const ref = { connection: 'staff', kind: 'user', id: 'ada' } as const
const applied = { presence: 'active', attributes } as const
const link: Link = { ...about, zendeskId: 7, applied, suspendedByUs: false, inSync: null }
const forgotten: Link = { ...link, zendeskId: null, applied: null }
const release = (operation: Release['operation'], name = 'Ada'): Release => ({
  ...about,
  operation,
  changed: ['name'],
  desired: { presence: 'active', attributes: { ...attributes, name }, createOnly: [], tagsMode: 'merge' },
})

async function openLedger() {
  const server = await openRedis()
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const writes = new WriteLedger(server.redis, { connection: 'staff', account: 'acme' })
  const reader = new LedgerReader(server.redis, STAFF)
  await cycle.link([link])
  return {
    redis: server.redis,
    cycle,
    writes,
    reader,
    goneSince: async () => (await reader.records<UserRecord>('user', ['ada']))[0]?.goneSince,
    released: async (operation: Release['operation'], name?: string) =>
      (await cycle.release([release(operation, name)]))[0]!.revision,
    /** What a worker does about a 404. */
    denied: async (token: string) => {
      await writes.open([{ ref }], token, 60_000)
      await writes.unlink(ref, token)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe('that a linked user is gone in Zendesk', () => {
  it('is remembered when a cycle forgets the link, until one is linked anew', async () => {
    await using ledger = await openLedger()
    const before = await ledger.goneSince()

    await ledger.cycle.link([forgotten])
    const gone = await ledger.goneSince()
    await ledger.cycle.link([{ ...link, zendeskId: 8 }])

    expect([before, await ledger.goneSince()]).toEqual([null, null])
    expect(Math.abs(gone! - Date.now())).toBeLessThan(60_000)
  })

  it('is not said of one who never was linked, nor of a group', async () => {
    await using ledger = await openLedger()

    await ledger.cycle.release([{ ...release('create user'), id: 'bob' }])
    const group = { ...about, kind: 'group', id: 'g1' } as const
    const held = { presence: 'active', name: 'Support' } as const
    await ledger.cycle.link([{ ...link, ...group, applied: held }])
    await ledger.cycle.link([
      { ...forgotten, id: 'bob' },
      { ...forgotten, ...group },
    ])

    const [bob] = await ledger.reader.records('user', ['bob'])
    const [support] = await ledger.reader.records('group', ['g1'])
    expect([bob?.goneSince, support?.goneSince, support?.zendeskId]).toEqual([null, null, null])
  })

  it('is remembered when a write is denied, until a worker finds another one', async () => {
    await using ledger = await openLedger()
    const revision = await ledger.released('update user', 'Ada L.')

    await ledger.denied('lease')
    const gone = await ledger.goneSince()
    await ledger.writes.open([{ ref }], 'again', 60_000)
    const found = { ref, revision, applied, zendeskId: 8, origin: 'adopted' as const, suspendedByUs: false }
    await ledger.writes.record([{ ...found, linkOnly: true }], 'again')

    expect([gone, await ledger.goneSince()]).toEqual([expect.any(Number), null])
  })

  it('is forgotten when a creation is released, even one that looks like what waits, and with nothing else', async () => {
    await using ledger = await openLedger()
    const update = await ledger.released('update user', 'Ada L.')
    await ledger.denied('lease')

    await ledger.released('update user', 'Ada B.')
    const still = await ledger.goneSince()
    const creation = await ledger.released('create user', 'Ada B.')

    expect([still, await ledger.goneSince()]).toEqual([expect.any(Number), null])
    expect(creation).toBeGreaterThan(update)
    expect((await ledger.reader.records('user', ['ada']))[0]?.operation).toBe('create user')
  })

  it('is not said of one whom we deleted', async () => {
    await using ledger = await openLedger()
    const revision = await ledger.released('delete user')
    await ledger.released('update user', 'Ada L.')

    await ledger.writes.record(
      [{ ref, revision, applied: null, zendeskId: 7, origin: null, suspendedByUs: false }],
      'lease',
    )

    expect(await ledger.goneSince()).toBeNull()
  })
})

describe('what waits for a user who is gone', () => {
  it('ends with nothing written: nothing waits, no problem is left, and the entry is planned anew', async () => {
    await using ledger = await openLedger()
    const revision = await ledger.released('update user', 'Ada L.')
    await entityInRedis(ledger.redis, STAFF, 'user', 'ada').set({ seen: 'print' })
    await ledger.redis.hset(keys.problems, 'write|user|ada', '{}')
    await ledger.denied('lease')

    const [again] = await ledger.writes.open([{ ref }], 'again', 60_000)
    await ledger.writes.endGone(ref, 'again', revision)

    const [record] = await ledger.reader.records('user', ['ada'])
    expect(again).toMatchObject({ status: 'open' })
    expect(record).toMatchObject({ appliedRevision: revision, applied: null, zendeskId: null, creationSent: null })
    expect(record?.goneSince).toEqual(expect.any(Number))
    expect([await ledger.reader.pending(), await ledger.reader.seen(['ada'])]).toEqual([[], [null]])
    expect(await ledger.reader.problems()).toEqual([])
    expect(await ledger.writes.open([{ ref }], 'third', 60_000)).toMatchObject([{ status: 'done' }])
  })

  it.each([
    ['a creation was released since', async (l: Ledger) => l.released('create user', 'Ada B.')],
    [
      'another worker has it',
      async (l: Ledger) => entityInRedis(l.redis, STAFF, 'user', 'ada').set({ lease: 'other' }),
    ],
  ])('stays when %s', async (_what, meanwhile) => {
    await using ledger = await openLedger()
    const revision = await ledger.released('update user', 'Ada L.')
    await ledger.denied('lease')
    await ledger.writes.open([{ ref }], 'again', 60_000)

    await meanwhile(ledger)
    await ledger.writes.endGone(ref, 'again', revision)

    const [record] = await ledger.reader.records('user', ['ada'])
    expect(record!.appliedRevision).toBeLessThan(record!.revision)
    expect(await ledger.reader.pending()).toEqual(['user|ada'])
  })
})

type Ledger = Awaited<ReturnType<typeof openLedger>>
