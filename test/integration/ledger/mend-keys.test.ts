import { expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import { summaryWith } from '@provisioner/shared/ledger/cycle-summary.fixture.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { LAYOUT } from '@provisioner/shared/ledger/layout.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { mendKeys } from '@provisioner/shared/ledger/mend-keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const keys = connectionKeys(STAFF)
const ofAccount = accountKeys(STAFF.account)
const about = { dn: '', changed: [], seen: 'print' } as const
const user = (id: string): Release => ({
  ...about,
  ...{ kind: 'user', id, label: id, operation: 'update user', counts: ['users'] },
  desired: { presence: 'active', attributes: {}, createOnly: [], tagsMode: 'merge' },
})
const group: Release = {
  ...about,
  ...{ kind: 'group', id: 'g', label: 'g', operation: 'create group' },
  desired: { presence: 'active', name: 'g' },
}
const membership: Release = {
  ...about,
  ...{ kind: 'membership', id: 'g~ada', label: 'ada in g', operation: 'add member' },
  desired: { presence: 'active' },
}

/** The keys that are made anew from the entities, and what is in them. */
const INDEXES = [keys.listOf('user'), keys.listOf('group'), keys.groupsWithMembers, keys.groupsOf, keys.pending]
const SIDES = [keys.membersOf('g'), keys.groupsOf]
const OTHERS = [
  ...[keys.seen, keys.decisionLog],
  ...[keys.problems, keys.counted, keys.former, keys.fence, keys.names, keys.state, keys.files],
  ...[keys.shownGroups, keys.shownUsers, keys.unreadable, keys.damaged],
]

async function openLedger() {
  const server = await openRedis()
  const { redis } = server
  const begin = () => CycleLedger.begin(redis, STAFF)
  const cycle = await begin()
  await cycle.release([user('ada'), user('bob'), group, membership])
  return {
    redis,
    begin,
    cycle,
    reader: new LedgerReader(redis, STAFF),
    writes: new WriteLedger(redis, { connection: 'staff', account: 'acme' }),
    contents: (key: string) => {
      if (key === keys.pending) return redis.zrange(key, '0', '-1')
      return key === keys.groupsWithMembers ? redis.smembers(key) : redis.hkeys(key)
    },
    spoil: async (key: string) => {
      await redis.del(key)
      await (key === keys.fence || key === keys.names ? redis.rpush(key, 'a list') : redis.set(key, 'a text'))
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const namesOf = (problems: readonly { readonly id: string }[]) => problems.map(({ id }) => id)

it.each([...INDEXES, ...OTHERS])(
  '%s of the wrong type is set aside and made anew, and the next cycle works',
  async (key) => {
    await using ledger = await openLedger()
    const before = INDEXES.includes(key) ? await ledger.contents(key) : []
    await ledger.spoil(key)

    const problems = await mendKeys(ledger.redis, STAFF)
    const again = await mendKeys(ledger.redis, STAFF)
    const cycle = await ledger.begin()
    const released = await cycle.release([{ ...user('ada'), anew: true }, user('cid')])

    const name = key.slice(keys.prefix.length)
    expect([namesOf(problems), again]).toEqual([[`staff.${name}`], []])
    expect(problems[0]?.what).toMatch(
      /is a (string|list), where the ledger has a (string|list|hash|set|sorted set)\. It was/,
    )
    expect(await ledger.redis.exists(`${keys.prefix}set-aside:${name}`)).toBe(1)
    if (INDEXES.includes(key)) expect(await ledger.contents(key)).toEqual(expect.arrayContaining(before))
    expect(released).toEqual([expect.anything(), expect.anything()])
    expect(cycle.cycle).toBeGreaterThan(ledger.cycle.cycle)
  },
)

it.each([keys.held, keys.decisions])('%s of the wrong type is left to the guard, which holds all then', async (key) => {
  await using ledger = await openLedger()
  await ledger.spoil(key)

  expect(await mendKeys(ledger.redis, STAFF)).toEqual([])
  expect(await ledger.redis.type(key)).toBe('string')
})

it.each(SIDES)('%s of the wrong type stops no script that meets it, and is mended by the next cycle', async (key) => {
  await using ledger = await openLedger()
  const before = await ledger.contents(key)
  await ledger.spoil(key)

  await ledger.cycle.release([{ ...membership, anew: true }])
  const [told] = await mendKeys(ledger.redis, STAFF)

  expect(told?.id).toBe(`staff.${key.slice(keys.prefix.length)}`)
  expect(await ledger.contents(key)).toEqual(before)
})

it.each([...INDEXES, keys.seen, keys.problems, keys.decisions, keys.held])(
  'a release, an opening and a record go on though %s is of the wrong type',
  async (key) => {
    await using ledger = await openLedger()
    await ledger.spoil(key)
    const ref = { connection: 'staff', kind: 'user', id: 'ada' } as const

    const [released] = await ledger.cycle.release([{ ...user('ada'), anew: true }])
    const [opened] = await ledger.writes.open([{ ref }], 'lease', 60_000)
    const applied = { presence: 'active', attributes: {} } as const
    const about = { revision: released!.revision, zendeskId: 7, origin: 'created', suspendedByUs: false } as const
    const { answers } = await ledger.writes.record([{ ref, applied, ...about }], 'lease')

    expect([opened?.status, answers]).toEqual(['open', ['applied']])
    expect((await ledger.reader.records('user', ['ada']))[0]?.appliedRevision).toBe(released!.revision)
  },
)

it.each([
  ...[ofAccount.outstanding, ofAccount.jobStatuses, ofAccount.claims, ofAccount.apiUser],
  ...[ofAccount.protectedLookUps, ofAccount.seatsExhausted, ofAccount.bulkImportRefused],
  ...['staff.users.update:wait', 'staff.users.remove:meta', 'staff.cycle:completed'].map((name) => `{zp:acme}:${name}`),
])('%s, of the account or of a queue, is set aside when it is of the wrong type', async (key) => {
  await using ledger = await openLedger()
  await ledger.redis.xadd(key, '*', 'an', 'event')

  const problems = await mendKeys(ledger.redis, STAFF)

  const name = key.slice('{zp:acme}:'.length)
  expect(namesOf(problems)).toEqual([`staff.${name}`])
  expect(problems[0]?.what).toContain(key)
  expect(await ledger.redis.exists(key, `${keys.prefix}set-aside:${name}`)).toBe(1)
})

it('whom to protect begins anew together with what says when that was looked up', async () => {
  await using ledger = await openLedger()
  await ledger.redis.set(ofAccount.protected, 'a text')
  await ledger.redis.hset(ofAccount.protectedLookUps, 'ceo@example.org', '1')

  await mendKeys(ledger.redis, STAFF)

  expect(await ledger.redis.exists(ofAccount.protected, ofAccount.protectedLookUps)).toBe(0)
})

it('the number of the layout is written anew', async () => {
  await using ledger = await openLedger()
  await ledger.redis.del(ofAccount.layout)
  await ledger.redis.rpush(ofAccount.layout, 'a list')

  await mendKeys(ledger.redis, STAFF)

  expect(await ledger.redis.get(ofAccount.layout)).toBe(String(LAYOUT))
})

it.each(['user', 'group'] as const)(
  'the owners of %ss are made anew from the entities of all connections of the account',
  async (kind) => {
    await using ledger = await openLedger()
    const { redis } = ledger
    const [others, elsewhere] = [
      { account: 'acme', connection: 'others' },
      { account: 'else', connection: 'staff' },
    ]
    await entityInRedis(redis, STAFF, kind, 'ada').write({ zendeskId: '7' })
    await entityInRedis(redis, others, kind, 'eve').write({ zendeskId: '8' })
    await entityInRedis(redis, elsewhere, kind, 'fay').write({ zendeskId: '9' })
    await entityInRedis(redis, others, kind, 'bad').turnIntoText()
    await redis.hset(connectionKeys(others).listOf(kind), 'worse', 'no text of ours')
    const rest =
      kind === 'user' ? ({ presence: 'active', attributes: {} } as const) : ({ presence: 'active', name: 'g' } as const)
    const link = { kind, id: 'at rest', dn: '', label: '', zendeskId: 6, applied: rest, suspendedByUs: false }
    await ledger.cycle.link([{ ...link, inSync: null }])
    await redis.set(ofAccount.owners(kind), 'a text')

    const problems = await mendKeys(redis, STAFF)

    expect(namesOf(problems)).toEqual([`staff.account:owners:${kind}`])
    expect(await redis.hgetall(ofAccount.owners(kind))).toEqual({
      '6': 'staff|at rest',
      '7': 'staff|ada',
      '8': 'others|eve',
    })
    expect(await redis.get(`${keys.prefix}set-aside:account:owners:${kind}`)).toBe('a text')
  },
)

it('a list that was set aside asks for a full cycle, also where the state is of the wrong type as well', async () => {
  await using ledger = await openLedger()
  await ledger.spoil(keys.listOf('user'))
  await ledger.spoil(keys.state)

  await mendKeys(ledger.redis, STAFF)

  expect(await ledger.reader.listsLost()).toEqual({ count: 1, isToBeFound: true })
})

it('a full cycle has found what was lost before it began, and not what is lost meanwhile', async () => {
  await using ledger = await openLedger()
  const end = async (found: number) =>
    ledger.cycle.notes.end({
      ...{ summary: summaryWith({ startedAt: 9 }), measures: {}, enacted: { audited: true } },
      ...{ mapping: 'm', found, countedMs: 1, events: [] },
    })
  const lose = async () => {
    await ledger.spoil(keys.listOf('user'))
    await mendKeys(ledger.redis, STAFF)
  }
  const before = await ledger.reader.listsLost()
  await lose()
  const { count } = await ledger.reader.listsLost()
  await lose()
  await end(count)
  const between = await ledger.reader.listsLost()
  await end(between.count)

  expect(before).toEqual({ count: 0, isToBeFound: false })
  expect([between, (await ledger.reader.listsLost()).isToBeFound]).toEqual([{ count: 2, isToBeFound: true }, false])
})
