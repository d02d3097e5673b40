import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe('user updates', () => {
  it('send the changed attributes and no others', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', cn: 'Ada', telephoneNumber: '1' }]) })
    await world.step()
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await world.step()

    const writes = await world.zendesk.writes()
    expect(writes.map(({ method, body }) => ({ method, body }))).toEqual([
      { method: 'PUT', body: { user: { phone: '2' } } },
    ])
  })

  it('go out together, each with its own attributes', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }, { uid: 'bob', displayName: 'Bob' }, { uid: 'eve' }]),
    })
    await world.step()
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await modifyEntry(world.slapd, personDn('bob'), { replace: { displayName: 'Robert' } })
    await world.step()

    const [ada, bob] = [await world.zendesk.user('ada@example.org'), await world.zendesk.user('bob@example.org')]
    const writes = await world.zendesk.writes()
    expect(writes).toHaveLength(1)
    expect((writes[0]!.body as { users: object[] }).users).toEqual(
      expect.arrayContaining([
        { id: ada!.id, phone: '2' },
        { id: bob!.id, name: 'Robert' },
      ]),
    )
    expect([ada!.phone, bob!.name]).toEqual(['2', 'Robert'])
  })

  it('clear an attribute that becomes empty', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()

    await modifyEntry(world.slapd, personDn('ada'), { delete: { telephoneNumber: [] } })
    await world.step()

    expect((await world.zendesk.user('ada@example.org'))?.phone).toBeNull()
  })

  it('make a new address the primary one', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: 'lovelace@example.org' } })
    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(['lovelace@example.org'])
  })

  it('take back what was released and not yet written when the directory goes back', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()
    await world.queue('users.update').pause()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await world.cycle()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '1' } })
    await world.cycle()
    await world.zendesk.forgetRequests()

    await world.queue('users.update').resume()
    await world.settled()

    expect(await world.zendesk.writes()).toEqual([])
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('1')
  })
})
