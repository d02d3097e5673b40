import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const ada = () => world.zendesk.user('ada@example.org')
const existing = (user: object) => world.zendesk.call('POST', '/api/v2/users', { user })
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

describe('the external id', () => {
  it.each([
    ['carries the directory id', {}, UUID],
    ['carries what is mapped to it', { map: { external_id: 'employeeNumber' } }, /^4711$/],
  ])('%s', async (_what, users, expected) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', employeeNumber: '4711' }]), config: { users } })
    await world.step()
    expect((await ada())?.external_id).toMatch(expected)
  })

  it('is left alone when switched off, on adoption too', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { users: { externalId: 'none' } },
    })
    await existing({ name: 'bob', email: 'bob@example.org', external_id: 'crm-2' })
    await world.step()
    expect((await world.zendesk.users()).map((user) => user.external_id)).toEqual([null, 'crm-2'])
  })

  it('that is there already and differs is kept, for good, and reported', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await existing({ name: 'ada', email: 'ada@example.org', external_id: 'crm-1' })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.fullStep()

    expect(await ada()).toMatchObject({ external_id: 'crm-1', phone: '7' })
    expect(await world.problems('user')).toMatchObject([{ code: 'EXTERNAL_ID_DIFFERS', dn: personDn('ada') }])
  })

  it('finds the user before the email does, and email is not looked at with match: external_id', async () => {
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', employeeNumber: 'E-1' },
        { uid: 'bob', employeeNumber: 'E-2' },
      ]),
      config: { users: { match: 'external_id', map: { external_id: 'employeeNumber' } } },
    })
    await existing({ name: 'ada', email: 'ada.maiden@example.org', external_id: 'e-1' })
    await world.step()

    expect((await world.zendesk.users()).map(({ email, name }) => [email, name])).toEqual([
      ['ada@example.org', 'ada'],
      ['bob@example.org', 'bob'],
    ])
  })

  it('alone finds a user with match: external_id, also when a creation meets the address', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', employeeNumber: 'E-1' }]),
      config: { users: { match: 'external_id', map: { external_id: 'employeeNumber' } } },
    })
    await existing({ name: 'Customer', email: 'ada@example.org' })
    await world.step()

    expect(await ada()).toMatchObject({ name: 'Customer', external_id: null })
    expect(await world.problems('user')).toMatchObject([{ code: 'EMAIL_TAKEN', dn: personDn('ada') }])
  })

  it('is not asked for again once the ledger knows the Zendesk id: a change of it there does not unlink', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const before = (await ada())!
    await world.zendesk.call('PUT', `/api/v2/users/${before.id}`, { user: { external_id: 'somebody-elses' } })
    await existing({ name: 'decoy', email: 'decoy@example.org', external_id: before.external_id })
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()

    expect(await ada()).toMatchObject({ id: before.id, phone: '7' })
    expect(await world.zendesk.requests({ method: 'GET', path: /users\/(search|show_many|count)/ })).toEqual([])
  })
})
