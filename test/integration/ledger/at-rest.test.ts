import { describe, expect, it } from 'vitest'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import type { Applied } from '@provisioner/shared/ledger/record.ts'
import {
  attributes,
  group,
  groupOf,
  ID,
  inGroup,
  keys,
  membershipOf,
  openLedger,
  plain,
  strange,
  user,
  userOf,
} from '../../fixtures/ledger-at-rest.ts'

/** What can stand in a record of somebody in sync: the usual, which is left out of the text, and the unusual. */
const AT_REST: readonly (readonly [
  what: string,
  release: Release,
  applied: Applied,
  more: { suspendedByUs?: true },
])[] = [
  ['a user', userOf(plain), { presence: 'active', attributes }, {}],
  [
    'a user who was suspended by us',
    userOf({ ...plain, presence: 'suspended' }, { operation: 'suspend user' }),
    { presence: 'suspended', attributes },
    { suspendedByUs: true },
  ],
  [
    'a user who holds something else than what is desired',
    userOf(plain),
    { presence: 'active', attributes: { ...attributes, tags: ['vip', 'ü'] } },
    {},
  ],
  [
    'a user of another label, role and id in their fields, with attributes for the creation',
    userOf(
      { ...plain, attributes: strange, createOnly: ['name'], tagsMode: 'replace', ofAdmin: true },
      { label: 'somebody', dn: 'cn="a\\,b\n"', changed: [] },
    ),
    { presence: 'active', attributes: { email: null, name: '{"a":"b"}' } },
    {},
  ],
  ['a group', groupOf('Help\n"desk"'), { presence: 'active', name: 'Help\n"desk"' }, {}],
  ['a group of another name', groupOf('Help'), { presence: 'active', name: 'Help (2)' }, {}],
  ['a membership', membershipOf(), inGroup(7), {}],
  ['a membership whose id nobody told', membershipOf(), inGroup(null), {}],
]

describe('at rest', () => {
  it.each(AT_REST)('%s has no hash, and reads as it would with one', async (_what, release, applied, more) => {
    await using ledger = await openLedger()
    const { kind, id, desired, dn, label, operation, changed } = release
    if (kind === 'membership') {
      await ledger.write(groupOf('Help'), { presence: 'active', name: 'Help' }, 1)
      await ledger.write(userOf(plain), { presence: 'active', attributes }, 2)
    }
    const zendeskId = 'membershipZendeskId' in applied ? applied.membershipZendeskId : 7
    const revision = await ledger.write(release, applied, zendeskId, more)
    const hasHash = await ledger.hasHash(kind, id)
    const [record] = await ledger.reader.records(kind, [id])

    // A hash as it was written without any of this.
    await ledger.inRedis(kind, id).write(await ledger.inRedis(kind, id).fields())

    expect(hasHash).toBe(false)
    expect(record).toMatchObject({ kind, id, desired, dn, label, operation, changed, applied, zendeskId })
    expect(record).toMatchObject({ revision, appliedRevision: revision, origin: 'created' })
    expect(record?.suspendedByUs).toBe(more.suspendedByUs ?? false)
    expect(await ledger.reader.records(kind, [id])).toEqual([record])
  })

  it.each(['user', 'group', 'membership'] as const)('a %s is that was only found', async (kind) => {
    await using ledger = await openLedger()
    const found = { user: { presence: 'active', attributes }, group: { presence: 'active', name: 'x' } } as const
    const applied = kind === 'membership' ? inGroup(7) : found[kind]
    const inSync = kind === 'membership' ? ({ presence: 'active' } as const) : null
    const about = { kind, id: ID[kind], dn: 'cn=a', label: 'a', suspendedByUs: false }

    await ledger.cycle.link([{ ...about, zendeskId: 7, applied, inSync }])
    const [record] = await ledger.reader.records(kind, [ID[kind]])

    expect(await ledger.hasHash(kind, ID[kind])).toBe(false)
    expect(record).toMatchObject({ desired: inSync, applied, zendeskId: 7, origin: 'adopted', operation: null })
  })

  it('nobody is while something of them waits, is under way, unconfirmed, refused, or gone', async () => {
    await using ledger = await openLedger()
    const ref = { connection: 'staff', kind: 'user', id: user } as const
    const rename = userOf({ ...plain, attributes: { ...attributes, name: 'Eve' } }, { operation: 'update user' })
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 7)
    const states = async () => [await ledger.text('user', user), await ledger.hasHash('user', user)]
    const seen: unknown[] = []
    const note = async (what: string) => seen.push([what, ...(await states())])

    await ledger.cycle.release([rename])
    await note('released')
    await ledger.writes.open([{ ref }], 'again', 60_000)
    await ledger.writes.secure([ref], 'again', 1_000, { sent: [['name']] })
    await note('sent')
    await ledger.writes.giveBack([ref], 'again')
    await note('unconfirmed')
    await ledger.writes.open([{ ref }], 'third', 60_000)
    await ledger.writes.reject(ref, 'third', { revision: 1, code: 'X', message: 'No', at: 1 })
    await note('refused')
    await ledger.cycle.link([
      { kind: 'user', id: user, dn: '', label: '', zendeskId: null, applied: null, suspendedByUs: false, inSync: null },
    ])
    await note('gone')

    expect(seen).toEqual(['released', 'sent', 'unconfirmed', 'refused', 'gone'].map((what) => [what, '', true]))
  })

  it('who is asked about, answered or planned anew stays so, and is listed once', async () => {
    await using ledger = await openLedger()
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 7)

    await ledger.cycle.answerUsers(new Map([[user, 'another print']]), [])
    const answered = await ledger.reader.seen([user])
    await ledger.writes.askForPlan({ connection: 'staff', kind: 'user', id: user })

    expect(answered).toEqual(['another print'])
    expect(await ledger.reader.seen([user])).toEqual([null])
    expect([await ledger.hasHash('user', user), await ledger.redis.hkeys(keys.listOf('user'))]).toEqual([false, [user]])
    expect(await ledger.redis.exists(keys.seen)).toBe(0)
  })

  it('what a person calls a membership is told by its sides, and once it moves it says so itself', async () => {
    await using ledger = await openLedger()
    await ledger.write(groupOf('Help'), { presence: 'active', name: 'Help' }, 1)
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 2)
    const revision = await ledger.write(membershipOf(), inGroup(3), 3)
    const id = `${group}~${user}`
    const [resting] = await ledger.reader.records('membership', [id])
    const ref = { connection: 'staff', kind: 'membership', id } as const
    const [done] = await ledger.writes.open([{ ref }], 'lease', 1_000)

    const removal = { ...membershipOf(), operation: 'remove member', desired: { presence: 'deleted' } } as const
    await ledger.cycle.release([{ ...removal, dn: 'cn=later', label: 'later' }])
    const [moving] = await ledger.reader.records('membership', [id])

    expect(resting).toMatchObject({ dn: 'cn=help', label: 'ada@example.org in Help', appliedRevision: revision })
    expect(done).toMatchObject({ status: 'done', last: { label: 'ada@example.org in Help', operation: 'add member' } })
    expect(moving).toMatchObject({ dn: 'cn=later', label: 'later', appliedRevision: revision, zendeskId: 3 })
  })

  it('a membership rests as well that was reissued, or found and then released', async () => {
    await using ledger = await openLedger()
    const id = ID.membership
    const [released] = await ledger.cycle.release([membershipOf()])
    const ref = { connection: 'staff', kind: 'membership', id } as const
    const [again] = await ledger.cycle.reissue([{ ref, revision: released!.revision }])
    const written = { ref, revision: again!, applied: inGroup(7), zendeskId: 7, suspendedByUs: false } as const
    await ledger.writes.record([{ ...written, origin: 'created' }], 'lease')
    const [reissued] = [await ledger.inRedis('membership', id).fields()]
    const found = `${group}~found`
    const about = { kind: 'membership', id: found, dn: 'cn=help', label: 'found', suspendedByUs: false } as const
    await ledger.cycle.link([{ ...about, zendeskId: 8, applied: inGroup(8), inSync: null }])
    await ledger.write(membershipOf(found), inGroup(8), 8, { origin: null })

    expect(reissued).toMatchObject({ firstRevision: String(released!.revision), revision: String(again) })
    expect(await Promise.all([id, found].map((one) => ledger.hasHash('membership', one)))).toEqual([false, false])
    expect((await ledger.reader.records('membership', [found]))[0]).toMatchObject({
      ...{ origin: 'adopted', operation: 'add member', zendeskId: 8 },
    })
  })

  it('a user of whom a full Redis lets go comes to rest there', async () => {
    await using ledger = await openLedger()
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 7)
    await ledger.inRedis('user', user).set({ lease: 'mine', leaseUntil: String(Date.now() + 60_000) })
    const ref = { connection: 'staff', kind: 'user', id: user } as const

    await ledger.redis.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction')
    await ledger.writes.giveBack([ref], 'mine')
    await ledger.redis.config('SET', 'maxmemory', '0')

    expect(await ledger.inRedis('user', user).fields()).not.toHaveProperty('lease')
    expect(await ledger.hasHash('user', user)).toBe(false)
  })

  it('a hash that some hand has left beside the text says nothing once it moves', async () => {
    await using ledger = await openLedger()
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 7)
    const stale = { lease: 'theirs', leaseUntil: '9'.repeat(13), unconfirmed: 'name', goneSince: '1' }
    await ledger.redis.hset(keys.entity('user', user), stale)

    const rename = { ...plain, attributes: { ...attributes, name: 'Eve' } }
    await ledger.cycle.release([userOf(rename, { operation: 'update user' })])

    expect(await ledger.redis.hexists(keys.entity('user', user), 'lease')).toBe(0)
    expect((await ledger.reader.records('user', [user]))[0]).toMatchObject({ unconfirmed: [], goneSince: null })
  })
})

it('a membership at rest takes at most 64 bytes, so that Redis keeps those of a group as one string', async () => {
  await using ledger = await openLedger()
  const largest = Number.MAX_SAFE_INTEGER
  const applied = { ...inGroup(largest), userZendeskId: largest, groupZendeskId: largest } as Applied
  await ledger.write(membershipOf(), applied, largest)

  const text = (await ledger.text('membership', `${group}~${user}`))!
  expect(text).toMatch(/^\+\w+ 2gosa7pa2gv 2gosa7pa2gv 2gosa7pa2gv$/)
  expect(text.length).toBeLessThanOrEqual(64)
  expect(await ledger.redis.object('ENCODING', keys.membersOf(group))).toBe('listpack')
})
