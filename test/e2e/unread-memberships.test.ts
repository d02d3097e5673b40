import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { hide, hideable, show } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { approve, GUARD, heldIn, mail } from '../fixtures/unread-groups.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const rights = hideable({ some: 'access to filter=(title=hidden) attrs=seeAlso' })

/**
 * People who alone say in which groups they are: by default in the scope's, in one that makes agents, and in Zendesk's.
 */
async function open(
  count: number,
  hidden: number,
  {
    in: names = ['scope', 'crew', 'zd-a'],
    users = {},
    guard = {},
  }: { in?: string[]; users?: object; guard?: object } = {},
): Promise<string[]> {
  const uids = Array.from({ length: count }, (_one, i) => `user${String(i).padStart(2, '0')}`)
  const groups = names.map(groupDn)
  const people = uids.map((uid, i) => ({ uid, seeAlso: groups, title: i < hidden ? 'hidden' : 'shown' }))
  world = await openWorld({
    ldif: [directoryOf(people, { scope: [], crew: [], 'zd-a': [] }), rights.ldif].join('\n'),
    slapd: rights.slapd,
    config: {
      directory: { membership: { group: false, user: 'seeAlso' } },
      users: {
        locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }],
        map: { role: { byGroup: { [groupDn('agents')]: null, [groupDn('crew')]: 'agent' }, allowDowngrade: true } },
        ...users,
      },
      guard: { ...GUARD.guard, ...guard },
    },
  })
  await world.step()
  return uids
}

const leaveAll = (uid: string) => modifyEntry(world.slapd, personDn(uid), { delete: { seeAlso: [] } })
const active = async () => (await world.zendesk.users()).filter((user) => !user.suspended).map(({ email }) => email)
const seen = async () => ({
  active: await active(),
  members: await world.zendesk.members('zd-a'),
  held: (await heldIn(world)).length,
  problems: (await world.problems('connection')).map(({ code }) => code).sort(),
})
const untouched = (uids: readonly string[], more: object = {}) => ({
  active: mail(...uids),
  members: mail(...uids),
  held: 0,
  problems: [],
  ...more,
})

describe('users who name their groups themselves, and name none any more', () => {
  it.each([
    ['six of eight', 8, 6],
    ['ten of twenty-four', 24, 10],
  ])('%s keep access and groups until they can be read', async (_how, count, hidden) => {
    const uids = await open(count, hidden)

    await hide(world, 'some')
    await world.step()
    await world.fullStep()
    const unread = await seen()
    const problem = (await world.problems('connection')).find(({ code }) => code === 'MEMBERSHIPS_UNREAD')
    await show(world, 'some')
    await world.step()

    expect(unread).toEqual(untouched(uids, { held: 2 * hidden, problems: ['HELD', 'HELD', 'MEMBERSHIPS_UNREAD'] }))
    expect(problem?.what).toContain(personDn('user00'))
    expect(await seen()).toEqual(untouched(uids))
  })

  it('are not taken for leavers one by one, as some of them can be read again or are approved', async () => {
    const uids = await open(8, 6)

    await hide(world, 'some')
    await world.step()
    await modifyEntry(world.slapd, personDn('user00'), { replace: { title: 'shown' } })
    await world.step()
    const one = await seen()
    await approve(world, '--matching', 'user01')
    const two = await seen()

    expect(one).toEqual(untouched(uids, { held: 10, problems: ['HELD', 'HELD', 'MEMBERSHIPS_UNREAD'] }))
    expect(two).toEqual(
      untouched(
        uids.filter((uid) => uid !== 'user01'),
        { held: 8, problems: ['HELD', 'HELD', 'MEMBERSHIPS_UNREAD'] },
      ),
    )
  })

  it('go when that is approved, and nobody is asked about again', async () => {
    const uids = await open(9, 0)
    for (const uid of uids.slice(0, 5)) await leaveAll(uid)
    await world.step()
    const causes = (await world.ledger.held()).map(({ cause }) => cause)

    await approve(world)
    const after = await seen()
    await leaveAll('user05')
    await world.step()

    expect(new Set(causes.map((cause) => cause.replace(/^.*?: /, '')))).toEqual(
      new Set(['the entry shows no seeAlso any more, nor do others, as far as the bind DN may read']),
    )
    expect(after).toEqual(untouched(uids.slice(5)))
    expect(await seen()).toEqual(untouched(uids.slice(6)))
  })

  it('go at once when they are two of many: who is in no group has no such attribute', async () => {
    const uids = await open(14, 0)

    for (const uid of uids.slice(0, 2)) await leaveAll(uid)
    await world.step()
    for (const uid of uids.slice(2, 4)) await leaveAll(uid)
    await world.step()

    expect(await seen()).toEqual(untouched(uids.slice(4)))
  })

  it('go at once when they are disabled as well, however many', async () => {
    const uids = await open(8, 0)

    for (const uid of uids.slice(0, 6)) {
      await leaveAll(uid)
      await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: 'left' } })
    }
    await world.step()

    expect(await seen()).toEqual(untouched(uids.slice(6)))
  })

  it('stay without what was rejected for them', async () => {
    const uids = await open(8, 6, { in: ['scope'], guard: { promotions: { share: '0%', min: 3 } } })
    for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { add: { seeAlso: groupDn('crew') } })
    await world.step()
    await runCli(world, ['reject', 'staff', '--matching', 'user00'])
    await approve(world)

    await hide(world, 'some')
    await world.step()
    await world.step()
    await show(world, 'some')
    await world.step()

    expect((await world.zendesk.users()).map(({ role }) => role)).toEqual(['end-user', ...Array(7).fill('agent')])
    expect((await world.ledger.heldAndDecided()).map(({ decision }) => decision?.decision)).toEqual(['rejected'])
  })

  it('are not lowered where the groups decide roles alone', async () => {
    const users = { locations: [{ base: 'ou=people,dc=example,dc=org', filter: '(objectClass=inetOrgPerson)' }] }
    const uids = await open(6, 5, { in: ['crew'], users })

    await hide(world, 'some')
    await world.step()
    const roles = (await world.zendesk.users()).map(({ role }) => role)
    const held = await heldIn(world)
    await show(world, 'some')
    await world.step()

    expect(roles).toEqual(uids.map(() => 'agent'))
    expect(held).toEqual(uids.slice(0, 5).map((uid) => `update user ${uid}@example.org`))
    expect(await heldIn(world)).toEqual([])
  })
})
