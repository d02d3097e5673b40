import { describe, expect, it } from 'vitest'
import { healUnreadable } from '@provisioner/producer/cycle/heal-unreadable.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { ABOUT, bulk, CREATES_IN_BULK, openGroup } from '../../fixtures/told-group.ts'
import { STAFF } from '../../fixtures/staff.ts'

const keys = connectionKeys(STAFF)
const ids = ['ada', 'bob', 'cid']
const broken = 'bob'
const log = createLogger({ name: 'test', level: 'silent' })
const refOf = (id: string) => ({ connection: 'staff', kind: 'user', id }) as const

function releaseOf(id: string): Release {
  const desired = { presence: 'active', attributes: { name: id }, createOnly: [], tagsMode: 'merge' } as const
  return { kind: 'user', id, dn: `uid=${id}`, label: id, operation: 'update user', changed: ['name'], desired }
}

/** Three users who wait; what is done to the second must not matter to the others. */
async function openLedger() {
  const server = await openRedis()
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const writes = new WriteLedger(server.redis, { connection: 'staff', account: 'acme' })
  const released = await cycle.release(ids.map(releaseOf))
  return {
    redis: server.redis,
    cycle,
    writes,
    reader: new LedgerReader(server.redis, STAFF),
    revisions: released.map((one) => one!.revision),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

it('what a broken entity was told before does not keep the others from being told again', async () => {
  await using group = await openGroup()
  await CREATES_IN_BULK(group)
  await group.redis.flushall()
  const cycle = await CycleLedger.begin(group.redis, { account: 'acme', connection: 'staff' })
  const found = { zendeskId: 7, applied: group.written.applied, suspendedByUs: false, inSync: null }
  await cycle.link([{ ...ABOUT, ...found }])
  await group.entity.set({ applied: 'no JSON' })

  await group.breakOff()

  expect(await group.redis.hexists(accountKeys('acme').outstanding, bulk.id)).toBe(1)
})

/** Every field of an entity's hash that is more than any text: what may stand there, and what is wrong with it. */
const FIELDS: readonly (readonly [field: string, value: string, what: string])[] = [
  ['revision', 'x', "'revision' is no whole number"],
  ['appliedRevision', '-1', "'appliedRevision' is no whole number"],
  ['revision', '1e3', "'revision' is no whole number"],
  ['firstRevision', 'x', "'firstRevision' is no whole number"],
  ['presence', 'away', "'presence' is no presence"],
  ['zendeskId', 'ada', "'zendeskId' is no whole number"],
  ['goneSince', 'today', "'goneSince' is no whole number"],
  ['lookUpFirst', '{}', "'lookUpFirst' is no whole number"],
  ['operation', 'rm -rf', "'operation' is no operation"],
  ['origin', 'found', "'origin' is neither created nor adopted"],
  ['suspendedByUs', 'yes', "'suspendedByUs' is neither 0 nor 1"],
  ['desired', '{', "'desired' is no JSON"],
  ['desired', '[]', "'desired' is of another shape"],
  ['desired', '{"presence":"away"}', "'desired' has no 'presence' that can be read"],
  ['applied', 'null', "'applied' is of another shape"],
  ['applied', '{"presence":"active"}', "'applied' has no 'attributes' that can be read"],
  ['refusal', 'no', "'refusal' is no JSON"],
  ['refusal', '{"code":1}', "'refusal' has no 'revision' that can be read"],
  ['creationSent', '1795895291000 {}', "'creationSent' is no JSON"],
  ['creationSent', '{"at":"now"}', "'creationSent' has no 'at' that can be read"],
]

it('a role that is not the one that was applied, for which memberships would wait for ever, is told', async () => {
  await using ledger = await openLedger()
  const applied = JSON.stringify({ presence: 'active', attributes: { role: 'agent' } })
  const read = async (role: string) => {
    await entityInRedis(ledger.redis, STAFF, 'user', broken).set({ applied, role })
    await ledger.reader.records('user', ids)
    return [...ledger.reader.takeUnreadable()]
  }

  expect([await read('agent'), await read('garbage')]).toEqual([
    [],
    [['user|bob', "'role' is not the one that was applied"]],
  ])
})

describe('an entity whose hash has', () => {
  it.each(FIELDS)('%s: %s', async (field, value, what) => {
    await using ledger = await openLedger()
    await ledger.redis.hset(keys.entity('user', broken), field, value)

    const records = await ledger.reader.records('user', ids)
    const verdicts = await ledger.writes.open(
      ids.map((id) => ({ ref: refOf(id) })),
      'lease',
      60_000,
    )

    expect(records.map((record) => record?.id)).toEqual(['ada', undefined, 'cid'])
    expect([...ledger.reader.takeUnreadable()]).toEqual([['user|bob', what]])
    expect(verdicts.map(({ status }) => status)).toEqual(['open', 'gone', 'open'])
  })
})

it.each([
  ['whose lease is longer than any we take', { lease: 'other', leaseUntil: '99999999999999' }],
  ['whose lease ends at no time', { lease: 'other', leaseUntil: 'inf' }],
  ['that names a bulk write that is none', { lease: 'ghost.1', outstanding: 'ghost.1' }],
])('an entity %s is open to everybody', async (_which, fields) => {
  await using ledger = await openLedger()
  await ledger.redis.hset(keys.entity('user', broken), fields)

  const pending = await ledger.cycle.lookAt(await ledger.reader.pending())
  const [opened] = await ledger.writes.open([{ ref: refOf(broken) }], 'lease', 60_000)

  expect(pending.map(({ writing }) => writing)).toEqual([false, false, false])
  expect(opened?.status).toBe('open')
  expect(await ledger.redis.hmget(keys.entity('user', broken), 'lease', 'outstanding')).toEqual(['lease', null])
})

describe.each([
  ['recorded', true],
  ['given back', false],
])('an entity that becomes unreadable while a bulk write closes it, and is %s,', (_how, isRecorded) => {
  it.each([
    ['revision', 'garbage'],
    ['appliedRevision', 'garbage'],
  ])('is free then, and set aside: %s', async (field, value) => {
    await using ledger = await openLedger()
    const { cycle, writes, reader, redis, revisions } = ledger
    const refs = ids.map(refOf)
    const jobs = refs.map((ref) => ({ ref }))
    const write = { id: 'w1.b', connection: 'staff', worker: 'w1', call: 'users update', at: 1, slot: null } as const
    await writes.open(jobs, 'lease', 60_000)
    await writes.secure(refs, 'lease', 0, { sent: refs.map(() => ['name']), outstanding: { ...write, items: [] } })
    await redis.hset(keys.entity('user', broken), field, value)
    await using zendesk = openClient({ url: 'http://127.0.0.1:9', redis })
    const where = { ledger: cycle, reader, redis, zendesk: zendesk.client, isInScope: () => true, log }
    const healed = async () => {
      await reader.records('user', [broken])
      return healUnreadable(where, Date.now())
    }

    const busy = await healed()
    const applied = { presence: 'active', attributes: {} } as const
    const written = { applied, zendeskId: 7, origin: 'created', suspendedByUs: false } as const
    if (isRecorded) await writes.record([{ ...written, ref: refOf(broken), revision: revisions[1]! }], write.id)
    await writes.giveBack(isRecorded ? [] : refs, write.id, { dropOutstanding: true })
    const free = await redis.hmget(keys.entity('user', broken), 'lease', 'leaseUntil', 'outstanding')
    const aside = await healed()

    const problem = { code: 'LEDGER_UNREADABLE', subject: 'user', id: broken }
    const about = (words: string) => [{ ...problem, what: expect.stringContaining(words) as string }]
    expect(busy).toMatchObject(about('is being written to it'))
    expect(free).toEqual([null, null, null])
    expect(aside).toMatchObject(about('was set aside as'))
    expect(await redis.exists(keys.entity('user', broken))).toBe(0)
  })
})

it('a Redis that is full makes nothing unreadable: it refuses a record as a whole, and later takes it', async () => {
  await using ledger = await openLedger()
  const { redis, writes, reader, revisions } = ledger
  const ref = refOf('ada')
  const applied = { presence: 'active', attributes: {} } as const
  const written = {
    ref,
    revision: revisions[0]!,
    applied,
    zendeskId: 7,
    origin: 'created',
    suspendedByUs: false,
  } as const
  const before = await redis.hgetall(keys.entity('user', 'ada'))

  await redis.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction')
  await expect(writes.record([written], 'lease')).rejects.toThrow(/^OOM/)
  const refused = [await redis.hgetall(keys.entity('user', 'ada')), await reader.pending()]
  await redis.config('SET', 'maxmemory', '0')
  const { answers } = await writes.record([written], 'lease')

  expect(refused).toEqual([before, ids.map((id) => `user|${id}`)])
  expect([answers, await reader.pending(), await redis.exists(keys.damaged)]).toEqual([
    ['applied'],
    ['user|bob', 'user|cid'],
    0,
  ])
})

it('an entity whose key is no hash is read, written, opened, secured, recorded and given back by nobody; others are', async () => {
  await using ledger = await openLedger()
  const { cycle, writes, reader, redis, revisions } = ledger
  await redis.set(keys.entity('user', broken), 'no hash')
  const refs = ids.map(refOf)

  const records = await reader.records('user', ids)
  const pending = await cycle.lookAt(await reader.pending())
  const reissued = await cycle.reissue(refs.map((ref, i) => ({ ref, revision: revisions[i]! })))
  const released = await cycle.release(ids.map(releaseOf))
  const opened = await writes.open(
    refs.map((ref) => ({ ref })),
    'lease',
    60_000,
  )
  const secured = await writes.secure(refs, 'lease', 0, { sent: refs.map(() => ['name']) })
  await writes.giveBack(refs, 'lease')
  const applied = { presence: 'active', attributes: {} } as const
  const { answers } = await writes.record(
    refs.map((ref, i) => {
      const about = { ref, revision: reissued[i] ?? revisions[i]!, applied, origin: 'created' as const }
      return { ...about, zendeskId: i + 1, suspendedByUs: false }
    }),
    'lease',
  )
  const link = { kind: 'user', dn: '', label: '', zendeskId: null, applied: null, suspendedByUs: false } as const
  const unlinked = await cycle.link(ids.map((id) => ({ ...link, id, inSync: null })))

  const number = expect.any(Number) as number
  expect(records.map((record) => record?.id)).toEqual(['ada', undefined, 'cid'])
  expect([...reader.takeUnreadable()]).toEqual([['user|bob', 'the key is no hash']])
  expect(pending.map(({ ref }) => ref.id)).toEqual(['ada', 'cid'])
  expect(reissued).toEqual([number, null, number])
  expect(released.map((one) => one?.revision ?? null)).toEqual([reissued[0], null, reissued[2]])
  expect(opened.map(({ status }) => status)).toEqual(['open', 'gone', 'open'])
  expect(secured).toEqual([true, false, true])
  expect(answers).toEqual(['applied', 'stale', 'applied'])
  expect(unlinked).toEqual(['unlinked', 'busy', 'unlinked'])
  expect(await redis.get(keys.entity('user', broken))).toBe('no hash')
})
