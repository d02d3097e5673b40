import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { runCli } from '../fixtures/cli.ts'
import { entityInRedis } from '../fixtures/entity-in-redis.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const keys = connectionKeys(STAFF)
const uids = ['ada', 'bob', 'cid', 'dan', 'eve']
const agents = ['ada', 'bob']

/** Five people in Zendesk, two of them agents in a group. */
async function openWithAgents(): Promise<void> {
  const people = uids.map((uid) => ({ uid }))
  world = await openWorld({ ldif: directoryOf(people, { agents, 'zd-first': agents }) })
  await world.step()
}

const account = async () => ({
  users: (await world.zendesk.users()).map(({ id, email, role, suspended }) => ({ id, email, role, suspended })),
  groups: await world.zendesk.groups(),
  members: await world.zendesk.members('zd-first'),
})

const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)

/** Entities by what they are called. */
async function entitiesOf(kind: 'user' | 'group' | 'membership') {
  const ids: string[] = []
  for await (const part of world.ledger.ids(kind)) ids.push(...part)
  const records = await world.ledger.records(kind, ids)
  return new Map(records.map((record) => [record!.label, entityInRedis(world.redis, STAFF, kind, record!.id)]))
}

async function turnIntoText(key: string): Promise<void> {
  await world.redis.del(key)
  await world.redis.set(key, 'no hash')
}

/** Of what problems there are; that the account has no bulk import is none here. */
const codes = async () =>
  (await problemsTold(world))
    .map(({ problem }) => `${problem.code} ${problem.subject}`)
    .filter((code) => !code.startsWith('BULK_IMPORT_OFF'))

describe('entities of the ledger that can not be read', () => {
  it('are found again in Zendesk and linked; nobody is created or loses anything, and everybody else goes on', async () => {
    await openWithAgents()
    const before = await account()
    const [users, groups] = [await entitiesOf('user'), await entitiesOf('group')]
    await world.zendesk.forgetRequests()

    await users.get('ada@example.org')!.turnIntoText()
    await users.get('bob@example.org')!.set({ applied: '{' })
    await [...groups.values()][0]!.turnIntoText()
    await modifyEntry(world.slapd, personDn('cid'), { replace: { telephoneNumber: '3' } })
    await world.fullStep()
    const told = await codes()
    const phone = (await user('cid'))?.['phone']
    await world.fullStep()
    await world.fullStep()

    expect(told.sort()).toEqual(['LEDGER_UNREADABLE group', 'LEDGER_UNREADABLE user', 'LEDGER_UNREADABLE user'])
    expect(phone).toBe('3')
    expect(await account()).toEqual(before)
    expect(
      (await world.zendesk.requests({ method: 'POST', path: /\/(users|groups)(\/|$)/ })).map(({ path }) => path),
    ).toEqual([])
    expect(await codes()).toEqual([])
    expect([...(await entitiesOf('user')).keys()].sort()).toEqual(uids.map((uid) => `${uid}@example.org`))
  })

  it('memberships among them, are taken away all the same when the directory does', async () => {
    await openWithAgents()
    for (const membership of (await entitiesOf('membership')).values()) await membership.turnIntoText()
    await modifyEntry(world.slapd, groupDn('zd-first'), { replace: { member: personDn('ada') } })

    await world.fullStep()
    const told = await codes()
    await world.fullStep()
    await world.fullStep()

    expect(told).toEqual(['LEDGER_UNREADABLE membership'])
    expect(await world.zendesk.members('zd-first')).toEqual(['ada@example.org'])
    expect(await codes()).toEqual([])
  })

  it('and keys beside them of the wrong type, are made anew; who leaves meanwhile is suspended', async () => {
    await openWithAgents()
    const before = await account()
    const sides = await world.redis.keys(`${keys.prefix}members:*`)
    for (const key of [keys.groupsOf, keys.groupsWithMembers, keys.pending, keys.seen, keys.problems, ...sides])
      await turnIntoText(key)
    await deleteEntry(world.slapd, personDn('dan'))

    await world.step()
    const told = await codes()
    await world.step()
    await world.step()

    const others = ({ users }: typeof before) => users.filter(({ email }) => email !== 'dan@example.org')
    const after = await account()
    expect(new Set(told)).toEqual(new Set(['LEDGER_UNREADABLE connection']))
    expect((await user('dan'))?.suspended).toBe(true)
    expect([others(after), after.groups, after.members]).toEqual([others(before), before.groups, before.members])
    expect(await codes()).toEqual([])
  })

  it('and the lists of those at rest, are found again in Zendesk; a leaver of that time is held', async () => {
    await openWithAgents()
    const before = await account()
    await world.zendesk.forgetRequests()
    const members = await world.redis.keys(`${keys.prefix}members:*`)
    for (const key of [keys.listOf('user'), keys.listOf('group'), ...members]) await turnIntoText(key)
    await deleteEntry(world.slapd, personDn('dan'))

    await world.step()
    const told = await codes()
    await world.step()
    await world.step()

    const held = await world.ledger.held()
    expect(told).toContain('LEDGER_UNREADABLE connection')
    expect(held.map(({ label, operation }) => `${operation} ${label}`)).toEqual(['suspend user dan@example.org'])
    expect(await account()).toEqual(before)
    expect((await world.zendesk.writes()).map(({ method, path }) => `${method} ${path}`)).toEqual([])
    expect([...(await entitiesOf('user')).keys()].sort()).toEqual(uids.map((uid) => `${uid}@example.org`))
  })

  it('and have left the directory by then, are seen to have left, and suspended like all who leave', async () => {
    world = await openWorld({ ldif: directoryOf(uids.map((uid) => ({ uid }))) })
    await world.step()
    const users = await entitiesOf('user')
    await users.get('dan@example.org')!.set({ desired: 'no JSON' })
    await deleteEntry(world.slapd, personDn('dan'))

    await world.step()
    const told = await codes()
    const meanwhile = await user('dan')
    await world.step()
    await world.step()

    expect([told, meanwhile?.suspended]).toEqual([['LEDGER_UNREADABLE user'], false])
    expect((await user('dan'))?.suspended).toBe(true)
    expect(await codes()).toEqual([])
  })

  it('and are agents, stay in their groups all along', async () => {
    await openWithAgents()
    await (await entitiesOf('user')).get('ada@example.org')!.turnIntoText()
    await world.zendesk.forgetRequests()

    for (let i = 0; i < 3; i++) await world.fullStep()

    const writes = await world.zendesk.writes()
    expect(writes.filter(({ path }) => path.includes('group_memberships'))).toEqual([])
    expect(await world.zendesk.members('zd-first')).toEqual(['ada@example.org', 'bob@example.org'])
    expect(await codes()).toEqual([])
  })

  it('and are to leave, stay where an admin rejected that', async () => {
    world = await openWorld({
      ldif: directoryOf(uids.map((uid) => ({ uid }))),
      config: { guard: { users: { share: '0%', min: 1 } } },
    })
    await world.step()
    for (const uid of ['ada', 'bob', 'cid']) await deleteEntry(world.slapd, personDn(uid))
    await world.step()
    await runCli(world, ['reject', 'staff', '--matching', 'ada'])
    await (await entitiesOf('user')).get('ada@example.org')!.turnIntoText()

    for (let i = 0; i < 3; i++) await world.fullStep()
    await runCli(world, ['approve', 'staff'])
    for (let i = 0; i < 2; i++) await world.fullStep()

    expect((await world.zendesk.users()).filter(({ suspended }) => suspended).map(({ email }) => email)).toEqual([
      'bob@example.org',
      'cid@example.org',
    ])
  })

  it('and whom somebody suspended in Zendesk meanwhile, are not ours to restore', async () => {
    world = await openWorld({ ldif: directoryOf(uids.map((uid) => ({ uid }))) })
    await world.step()
    await (await entitiesOf('user')).get('dan@example.org')!.turnIntoText()
    await deleteEntry(world.slapd, personDn('dan'))
    const { id } = (await user('dan'))!
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { suspended: true } })

    for (let i = 0; i < 3; i++) await world.fullStep()
    await addEntry(world.slapd, personDn('dan'), person({ uid: 'dan' }))
    for (let i = 0; i < 2; i++) await world.fullStep()

    expect((await user('dan'))?.suspended).toBe(true)
  })
})
