import { expect, it } from 'vitest'
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
  user,
  userOf,
} from '../../fixtures/ledger-at-rest.ts'
import { placeOf } from '../../fixtures/entity-in-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const connection = 'staff'

/** What another program may leave in the place of somebody at rest. */
const USERS = [
  ...['garbage', '{}', '[]\n{}', '{"revision":"x"}\n{}', '{"revision":"1"}\n{', '{"revision":null}\n{}'],
  ...[
    '{"leaseUntil":{}}\n{}',
    '{"revision":"1","label":{}}\n{}',
    '{"revision":"1","dn":null}\n{}',
    '{"revision":1}\n{}',
  ],
  ...['{"revision":"1","lease":"me"}\n{}', '\n', '{"a'],
].map((text) => ['user', text] as const)
const MEMBERSHIPS = [
  'garbage',
  '+1 a-b 1 1',
  '+1 1 1',
  '+zzzzzzzzzzzz 1 1 1',
  '+1 1 1 1 1 1',
  '?1 1 1 1',
  '+é 1 1 1',
].map((text) => ['membership', text] as const)

it.each([...USERS, ...MEMBERSHIPS])(
  'a %s at rest of which nobody can read the text is unreadable, written by nobody, and set aside; others go on: %j',
  async (kind, text) => {
    await using ledger = await openLedger()
    await ledger.write(groupOf('Help'), { presence: 'active', name: 'Help' }, 1)
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 2)
    await ledger.write(membershipOf(), inGroup(3), 3)
    const other = kind === 'user' ? userOf(plain, { id: 'other' }) : membershipOf(`${group}~other`)
    const about = kind === 'user' ? userOf(plain) : membershipOf()
    const ref = { connection, kind, id: ID[kind] } as const
    await ledger.redis.hset(...placeOf(STAFF, kind, ID[kind]), text)

    const records = await ledger.reader.records(kind, [ID[kind]])
    const told = [...ledger.reader.takeUnreadable().keys()]
    await ledger.reader.records('membership', [ID.membership])
    const released = await ledger.cycle.release([about, other])
    const opened = await ledger.writes.open([{ ref }, { ref: { ...ref, id: other.id } }], 'lease', 60_000)
    await ledger.writes.giveBack([ref], 'lease')
    await ledger.cycle.answerUsers(new Map([[ID[kind], 'print']]), [])
    const answered = await ledger.redis.exists(keys.seen)
    const kept = await ledger.redis.hget(...placeOf(STAFF, kind, ID[kind]))
    await ledger.cycle.setAside([{ kind, id: ID[kind] }])

    expect(answered).toBe(kind === 'user' ? 0 : 1)
    expect([records, told]).toEqual([[undefined], [`${kind}|${ID[kind]}`]])
    expect(released.map((one) => one !== null)).toEqual([false, true])
    expect(opened[0]?.status).toBe('gone')
    expect(opened[1]?.status).toBe(kind === 'user' ? 'open' : 'not ready')
    expect([kept, await ledger.redis.get(`${keys.prefix}set-aside:${kind}|${ID[kind]}`)]).toEqual([text, text])
    expect(await ledger.reader.knows(kind, [ID[kind]])).toEqual([false])
  },
)

it('an id of a membership that is none is gone, and fails nobody', async () => {
  await using ledger = await openLedger()
  const ref = { connection, kind: 'membership', id: 'foo' } as const
  await ledger.cycle.release([userOf(plain)])

  const jobs = [{ ref }, { ref: { connection, kind: 'user', id: user } as const }]
  expect((await ledger.writes.open(jobs, 'lease', 60_000)).map(({ status }) => status)).toEqual(['gone', 'open'])
  expect(await ledger.reader.records('membership', ['foo'])).toEqual([undefined])
  expect(await ledger.cycle.lookAt(['membership|foo'])).toEqual([])
})

it.each(['[', '[null]', '7', '{"a":[]}'])(
  'whose groups nobody can read is looked for in every group: %s',
  async (garbage) => {
    await using ledger = await openLedger()
    await ledger.write(groupOf('Help'), { presence: 'active', name: 'Help' }, 1)
    const revision = await ledger.write(userOf(plain), { presence: 'active', attributes }, 2)
    await ledger.write(membershipOf(), inGroup(3), 3)
    await ledger.redis.hset(keys.groupsOf, user, garbage)

    const ref = { connection, kind: 'user', id: user } as const
    const gone = { ref, revision: revision + 1_000_000, applied: null, zendeskId: null, origin: null } as const
    await ledger.writes.record([{ ...gone, suspendedByUs: false }], 'lease')

    expect(await ledger.reader.knows('membership', [ID.membership])).toEqual([false])
    expect(await ledger.redis.exists(keys.groupsOf, keys.groupsWithMembers)).toBe(0)
  },
)

it('whoever was at rest in a list of the wrong type is not unknown: a release makes nobody anew', async () => {
  await using ledger = await openLedger()
  await ledger.write(userOf(plain), { presence: 'active', attributes }, 2)
  await ledger.redis.set(keys.listOf('user'), 'a text')

  expect(await ledger.cycle.release([userOf(plain)])).toEqual([null])
  expect(await ledger.redis.exists(keys.entity('user', user))).toBe(0)
  expect(await ledger.redis.smembers(keys.damaged)).toEqual([keys.listOf('user')])
})
