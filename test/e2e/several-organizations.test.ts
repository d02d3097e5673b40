import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const organizations = [
  { id: 71, name: 'Acme' },
  { id: 72, name: 'Globex' },
  { id: 73, name: 'Initech' },
]
const open = (people: Parameters<typeof directoryOf>[0], sandbox: WorldOptions['sandbox']) =>
  openWorld({
    ldif: directoryOf(people),
    config: { users: { map: { organizations: 'o' } } },
    sandbox: { severalOrganizations: true, ...sandbox, before: { organizations, ...sandbox?.before } },
  })

async function organizationsOf(uid: string): Promise<string[]> {
  const { id } = (await world.zendesk.user(`${uid}@example.org`))!
  const path = `/api/v2/users/${id}/organization_memberships`
  const { organization_memberships: all } = await world.zendesk.call<{
    organization_memberships: { organization_name: string }[]
  }>('GET', path)
  return all.map((one) => one.organization_name).sort()
}

const told = async () => (await world.problems('connection')).map(({ code, what }) => `${code} ${what}`)
const set = (uid: string, o: string[]) => modifyEntry(world.slapd, personDn(uid), { replace: { o } })

describe('several organizations', () => {
  it('are those of the directory, by name or id, for whom is created and for whom Zendesk has', async () => {
    world = await open(
      [
        { uid: 'ada', o: ['ACME', '73'] },
        { uid: 'bob', o: ['Globex', 'Initech'] },
      ],
      { before: { users: [{ id: 7, name: 'bob', email: 'bob@example.org', organization_id: 71 } as never] } },
    )
    await world.step()
    const first = [await organizationsOf('ada'), await organizationsOf('bob')]
    await world.zendesk.forgetRequests()
    await world.fullStep()
    const repeated = await world.zendesk.writes()
    await set('ada', ['Globex', 'Initech'])
    await set('bob', [])
    await world.step()

    expect(first).toEqual([
      ['Acme', 'Initech'],
      ['Globex', 'Initech'],
    ])
    expect(repeated).toEqual([])
    expect([await organizationsOf('ada'), await organizationsOf('bob')]).toEqual([['Globex', 'Initech'], []])
  })

  it('of which Zendesk does not know one lose none that are there', async () => {
    world = await open([{ uid: 'ada', o: ['Acme', 'Globex'] }], {})
    await world.step()
    await set('ada', ['Initech', 'Akme'])
    await world.step()

    expect(await organizationsOf('ada')).toEqual(['Acme', 'Globex', 'Initech'])
    expect(await told()).toEqual([
      "ORGANIZATION_UNKNOWN Zendesk has no organization 'Akme': 1 person is written without it (ada@example.org)",
    ])
  })

  it('that the account does not allow is told once, and nobody loses or gets any; once it does, all get theirs', async () => {
    world = await open(
      [
        { uid: 'ada', o: ['Acme', 'Globex'] },
        { uid: 'bob', o: 'Acme' },
      ],
      {
        severalOrganizations: false,
      },
    )
    await world.step()
    const without = [await organizationsOf('ada'), await organizationsOf('bob')]
    const problems = await told()
    world.sandbox.account.settings.severalOrganizations = true
    await world.fullStep()

    expect(without).toEqual([[], []])
    expect(problems).toEqual([
      'ORGANIZATIONS_NOT_ALLOWED The account does not allow a user to be in several organizations: users.map.organizations is left alone for everybody',
    ])
    expect([await organizationsOf('ada'), await organizationsOf('bob')]).toEqual([['Acme', 'Globex'], ['Acme']])
    expect(await told()).toEqual([])
  })

  it('are left alone while Zendesk does not show the account’s settings, which is told', async () => {
    world = await open([{ uid: 'ada', o: ['Acme', 'Globex'] }], {})
    await world.fault({ method: 'GET', path: '/account/settings$', kind: '403', times: 'always' })
    await world.step()

    expect(await organizationsOf('ada')).toEqual([])
    expect(await told()).toEqual([
      expect.stringMatching(/^ZENDESK_LIST_UNREAD .*organization of 1 entry is left alone/),
    ])
  })
})
