import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe('user provisioning', () => {
  it('creates the users in the source location, and mails nobody', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob', telephoneNumber: '+441' }]) })

    await world.step()

    expect(
      (await world.zendesk.users()).map(({ email, name, phone, suspended }) => ({ email, name, phone, suspended })),
    ).toEqual([
      { email: 'ada@example.org', name: 'ada', phone: null, suspended: false },
      { email: 'bob@example.org', name: 'bob', phone: '+441', suspended: false },
    ])
    expect(await world.zendesk.mails()).toEqual([])
  })

  it('creates whoever is added later, and writes nothing when nothing changed', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await world.zendesk.forgetRequests()
    await world.step()
    const quiet = await world.zendesk.writes()

    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await world.step()

    expect(quiet).toEqual([])
    expect(await world.zendesk.user('eve@example.org')).toBeDefined()
  })
})
