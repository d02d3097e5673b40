import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifDelete } from '@provisioner/sandbox/servers/ldif.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const PEOPLE = ['ada', 'bob', 'cid', 'dan'].map((uid) => ({ uid, telephoneNumber: '1' }))

/** A company that is in Zendesk; nobody looks at its directory but when the test says so. */
async function company(config = {}): Promise<void> {
  world = await openWorld({
    ldif: directoryOf([...PEOPLE, { uid: 'eve', employeeStatus: 'left' }], { 'zd-help': ['ada'], agents: ['ada'] }),
    slapd: { overlays: ['syncprov'] },
    config: { schedule: { every: '12h', watch: '12h' }, ...config },
  })
  await world.step()
  await modifyEntry(world.slapd, personDn('dan'), { replace: { employeeStatus: 'left' } })
  await world.step()
  await world.zendesk.forgetRequests()
}

/** What is written ahead of a cycle. */
async function ahead(): Promise<string[]> {
  await world.cycle(CYCLE_JOBS.changed)
  await world.settled()
  return (await world.zendesk.writes()).map(({ body }) => JSON.stringify(body))
}

const set = (uid: string, replace: Record<string, string>) => modifyEntry(world.slapd, personDn(uid), { replace })

describe('what changed entries prove by themselves goes out ahead of a cycle', () => {
  it('who is disabled, and another number', async () => {
    await company()
    await set('ada', { employeeStatus: 'left' })
    await set('bob', { telephoneNumber: '2' })

    const written = await ahead()
    const before = [await world.zendesk.user('ada@example.org'), await world.zendesk.user('bob@example.org')]
    await world.zendesk.forgetRequests()
    await world.step()

    // and Ada, an agent, is signed out
    expect(written).toHaveLength(3)
    expect(before).toMatchObject([{ suspended: true }, { phone: '2' }])
    expect((await world.zendesk.writes()).filter(({ path }) => /users/.test(path))).toEqual([])
  })

  it.each<[what: string, change: () => Promise<unknown>, then: () => Promise<unknown>]>([
    [
      'another address',
      () => set('bob', { mail: 'robert@example.org' }),
      async () => (await world.zendesk.user('robert@example.org')) !== undefined,
    ],
    [
      'a number that is emptied',
      () => modifyEntry(world.slapd, personDn('bob'), { delete: { telephoneNumber: '1' } }),
      async () => (await world.zendesk.user('bob@example.org'))?.phone === null,
    ],
    [
      'who may come back',
      () => set('dan', { employeeStatus: 'active' }),
      async () => (await world.zendesk.user('dan@example.org'))?.suspended === false,
    ],
    [
      'who joins',
      () => addEntry(world.slapd, personDn('fay'), person({ uid: 'fay' })),
      async () => (await world.zendesk.user('fay@example.org')) !== undefined,
    ],
    [
      'whose entry is deleted',
      () => applyLdif(world.slapd, ldifDelete(personDn('bob'))),
      async () => (await world.zendesk.user('bob@example.org'))?.suspended === true,
    ],
    [
      'who is in another group',
      () => modifyEntry(world.slapd, groupDn('zd-help'), { add: { member: personDn('bob') } }),
      async () => (await world.problems('group')).some(({ code }) => code === 'END_USERS_IN_GROUP'),
    ],
    [
      'who gets a role by a group',
      () => modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('bob') } }),
      async () => (await world.zendesk.user('bob@example.org'))?.role === 'agent',
    ],
  ])('and the rest is left to it: %s', async (_what, change, then) => {
    await company()
    await change()

    const written = await ahead()
    await world.step()

    expect(written).toEqual([])
    expect(await then()).toBe(true)
  })
})

it('the guard counts what goes out ahead, and holds what is more than a healthy directory asks for', async () => {
  await company({ guard: { users: { share: '1%', min: 1 }, window: '1h' } })
  for (const uid of ['bob', 'cid']) await set(uid, { employeeStatus: 'left' })

  const written = await ahead()
  await world.step()

  expect(written).toEqual([])
  expect((await world.ledger.held()).map(({ category }) => category)).toEqual(['users', 'users'])
})

it('what an admin has rejected does not go out ahead', async () => {
  await company({ guard: { users: { share: '1%', min: 0 } } })
  await set('bob', { employeeStatus: 'left' })
  await world.step()
  await runCli(world, ['reject', 'bob@example.org', '--yes'])
  await set('bob', { title: 'still here' })

  const written = await ahead()

  expect(written).toEqual([])
})

it('whom a problem is told about is left to a cycle: an address that two have', async () => {
  await company()
  await set('cid', { mail: 'bob@example.org' })
  await world.step()
  await world.zendesk.forgetRequests()
  await set('bob', { telephoneNumber: '2' })

  expect(await ahead()).toEqual([])
})

it('nothing goes out ahead by a mapping that no cycle has planned everybody by', async () => {
  await company()
  await set('bob', { telephoneNumber: '2' })
  await world.stopProduct()
  await using anew = await openWorld({
    ldif: '',
    servers: world,
    config: {
      schedule: { every: '12h', watch: '12h' },
      users: { map: { notes: { from: 'title', expectEmpty: true } } },
    },
  })
  await anew.cycle(CYCLE_JOBS.changed)
  await anew.settled()

  expect(await anew.zendesk.writes()).toEqual([])
})
