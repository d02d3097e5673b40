import { describe, expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import {
  attributes,
  group,
  groupOf,
  keys,
  membershipOf,
  openLedger,
  plain,
  user,
  userOf,
} from '../../fixtures/ledger-at-rest.ts'
import { STAFF } from '../../fixtures/staff.ts'

describe('what the ledger knows', () => {
  it('is listed by kind, whether it is at rest or not, and counted', async () => {
    await using ledger = await openLedger()
    await ledger.write(groupOf('Help'), { presence: 'active', name: 'Help' }, 1)
    await ledger.write(userOf(plain), { presence: 'active', attributes }, 2)
    await ledger.cycle.release([userOf(plain, { id: 'waits' }), membershipOf(), membershipOf(`${group}~waits`)])
    const listed = async (kind: 'user' | 'group' | 'membership') => {
      const ids: string[] = []
      for await (const part of ledger.reader.ids(kind)) ids.push(...part)
      return [ids.sort(), await ledger.reader.count(kind)]
    }

    expect(await listed('user')).toEqual([[user, 'waits'], 2])
    expect(await listed('group')).toEqual([[group], 1])
    expect(await listed('membership')).toEqual([[`${group}~${user}`, `${group}~waits`], 2])
    expect(await ledger.reader.membersOf(group)).toEqual([user, 'waits'])
  })

  it('forgets who is in which groups with the memberships', async () => {
    await using ledger = await openLedger()
    const removed = (id: string, revision: number) => ({
      ...{ ref: { connection: 'staff', kind: 'membership', id } as const, revision, applied: null, zendeskId: null },
      ...{ origin: null, suspendedByUs: false },
    })
    const ids = [`${group}~${user}`, `other~${user}`]
    const released = await ledger.cycle.release(ids.map(membershipOf))
    const before = await ledger.redis.hget(keys.groupsOf, user)
    for (const [i, id] of ids.entries()) await ledger.writes.record([removed(id, released[i]!.revision)], 'lease')

    expect(before).toBe(JSON.stringify([group, 'other']))
    expect(await ledger.redis.exists(keys.groupsOf, keys.groupsWithMembers, keys.membersOf(group))).toBe(0)
  })
})

it('a cycle notes whose entry is answered, known to the ledger or not, unless a newer one has begun', async () => {
  await using ledger = await openLedger()
  await ledger.write(userOf(plain), { presence: 'active', attributes }, 7)
  const ids = [user, 'u0', 'u1']
  const newest = await CycleLedger.begin(ledger.redis, STAFF)

  await expect(ledger.cycle.answerUsers(new Map([[user, 'late']]), [])).rejects.toThrow(FencedError)
  expect(await ledger.reader.seen(ids)).toEqual(['print', null, null])

  await newest.answerUsers(new Map(ids.map((id) => [id, `print of ${id}`])), [])
  await newest.answerUsers(new Map([['u0', 'new']]), ['u1'])
  expect(await ledger.reader.seen(ids)).toEqual([`print of ${user}`, 'new', null])
})

it('who was answered before the ledger knew them is answered once, by what it knows', async () => {
  await using ledger = await openLedger()
  await ledger.cycle.answerUsers(new Map([[user, 'absent']]), [])

  await ledger.cycle.release([userOf(plain, { seen: undefined })])

  expect(await ledger.reader.seen([user])).toEqual([null])
  expect(await ledger.redis.exists(keys.seen)).toBe(0)
})
