import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

async function existing(...users: object[]): Promise<void> {
  for (const user of users)
    await world.zendesk.call('POST', '/api/v2/users', { user: { skip_verify_email: true, ...user } })
}

describe('existing users', () => {
  it('are linked by email, exact but for case, and get what differs and nothing else', async () => {
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', cn: 'Ada Lovelace' },
        { uid: 'bob', mail: 'bob+support@example.org' },
      ]),
    })
    await existing(
      { name: 'A. Lovelace', email: 'ADA@Example.org', notes: 'VIP' },
      { name: 'bob', email: 'bob+support@example.org' },
    )
    await world.zendesk.forgetRequests()

    await world.step()

    const users = await world.zendesk.users()
    expect(users.map(({ name, notes }) => ({ name, notes }))).toEqual([
      { name: 'Ada Lovelace', notes: 'VIP' },
      { name: 'bob', notes: null },
    ])
    expect(users.map((user) => user.external_id)).not.toContain(null)
    expect((await world.zendesk.requests({ method: 'POST', path: /users/ })).map((one) => one.path)).toEqual([])
  })

  it('are listed, 100 per request, when that takes fewer requests than looking each up', async () => {
    const people = Array.from({ length: 12 }, (_one, i) => ({ uid: `user${i}` }))
    world = await openWorld({
      // who left while nobody knew is looked for in a list of its own
      config: { users: { unknownLeavers: 'ignore' } },
      ldif: directoryOf(people),
    })
    await existing(...people.map(({ uid }) => ({ name: uid, email: `${uid}@example.org` })))
    await world.zendesk.forgetRequests()

    await world.step()

    expect(await world.zendesk.requests({ method: 'GET', path: /users\/search/ })).toEqual([])
    expect(await world.zendesk.requests({ method: 'GET', path: /\/users$/ })).toHaveLength(1)
    expect(await world.zendesk.users()).toHaveLength(12)
  })

  it('are looked up when Zendesk has many more users than the directory has new ones', async () => {
    world = await openWorld({ ldif: directoryOf([]) })
    await existing(
      ...Array.from({ length: 250 }, (_one, i) => ({ name: `customer ${i}`, email: `customer${i}@elsewhere.test` })),
      { name: 'eve', email: 'eve@example.org' },
    )
    await world.step()
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', cn: 'Eve' }))
    await world.zendesk.forgetRequests()

    await world.step()

    expect(await world.zendesk.requests({ method: 'GET', path: /\/users$/ })).toEqual([])
    expect(await world.zendesk.requests({ method: 'GET', path: /users\/search/ })).toHaveLength(1)
    expect((await world.zendesk.user('eve@example.org'))?.name).toBe('Eve')
  })

  it('are recognised by a duplicate value when nobody saw them before', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', cn: 'Ada' }]), workers: 0 })
    await world.cycle()
    await existing({ name: 'came in between', email: 'ada@example.org' })

    await world.addWorker()
    await world.settled()

    expect((await world.zendesk.users()).map(({ name, email }) => ({ name, email }))).toEqual([
      { name: 'Ada', email: 'ada@example.org' },
    ])
  })

  it('stay suspended when a duplicate value tells of them, and are reported in the next cycle', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', cn: 'Ada' }]), workers: 0 })
    await world.cycle()
    await existing({ name: 'came in between', email: 'ada@example.org', suspended: true })

    await world.addWorker()
    await world.settled()
    await world.step()

    expect(await world.zendesk.user('ada@example.org')).toMatchObject({ name: 'Ada', suspended: true })
    expect((await world.problems('user')).map(({ code }) => code)).toEqual(['SUSPENDED_IN_ZENDESK'])
  })

  it('keep a higher role than the directory gives them, once an admin let the entry have them', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await existing({ name: 'Old', email: 'ada@example.org', role: 'agent' })

    await world.step()
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()

    expect(await world.zendesk.user('ada@example.org')).toMatchObject({ name: 'ada', role: 'agent' })
  })
})
