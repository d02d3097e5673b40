import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

interface Organization {
  readonly id: number
  readonly name: string
}
const organizations = async () =>
  (await world.zendesk.call<{ organizations: Organization[] }>('GET', '/api/v2/organizations?page[size]=100'))
    .organizations
const organizationOf = async (uid: string) => {
  const user = await world.zendesk.user(`${uid}@example.org`)
  return (await organizations()).find((one) => one.id === user?.['organization_id'])?.name ?? null
}
const organizationProblems = async () =>
  (await world.problems('account')).filter((problem) => problem.code === 'ORGANIZATION_REFUSED')
const mapped = (missing: string) => ({ users: { map: { organization: { from: 'o', missing } } } })
const start = (missing: 'create' | 'report') =>
  openWorld({
    ldif: directoryOf([
      { uid: 'ada', o: 'Akme' },
      { uid: 'bob', o: 'AKME' },
      { uid: 'cid', o: 'Globex' },
      { uid: 'dan', o: 'Tyrell' },
    ]),
    config: mapped(missing),
    sandbox: { before: { organizations: [{ id: 77, name: 'Globex' }] } },
    workers: 2,
  })

describe('organizations that Zendesk lacks', () => {
  it('missing: create: are created, each once, and their users are in them', async () => {
    world = await start('create')
    await world.step()
    const first = await organizations()
    await world.zendesk.forgetRequests()
    await world.step()
    await world.fullStep()
    const quiet = await world.zendesk.writes()

    await modifyEntry(world.slapd, personDn('cid'), { replace: { o: 'Initech' } })
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', o: 'Initech' }))
    await world.step()
    await world.step()

    expect(first.map((one) => one.name).sort((a, b) => a.localeCompare(b))).toEqual(['Akme', 'Globex', 'Tyrell'].sort())
    expect(quiet).toEqual([])
    expect(await Promise.all(['ada', 'bob', 'cid', 'dan', 'eve'].map(organizationOf))).toEqual([
      ...[first.find((one) => /akme/i.test(one.name))!.name, first.find((one) => /akme/i.test(one.name))!.name],
      'Initech',
      'Tyrell',
      'Initech',
    ])
    expect((await organizations()).filter((one) => one.name === 'Initech')).toHaveLength(1)
  })

  it('missing: create, and Zendesk refuses: the users are written without, which is reported once and healed', async () => {
    world = await start('create')
    await world.fault({ method: 'POST', path: '/organizations$', kind: '403', times: 20 })
    await world.step()
    const refused = await organizationProblems()

    expect((await world.zendesk.users()).map((user) => user.email)).toHaveLength(4)
    expect(await organizationOf('ada')).toBeNull()
    expect(refused.map(({ code, what }) => `${code} ${/'.*?'/.exec(what)?.[0].toLowerCase()}`).sort()).toEqual([
      "ORGANIZATION_REFUSED 'akme'",
      "ORGANIZATION_REFUSED 'tyrell'",
    ])

    await world.zendesk.forgetRequests()
    await world.step()
    expect(await world.zendesk.writes()).toEqual([])

    await world.zendesk.call('DELETE', '/sandbox/faults')
    await world.zendesk.call('POST', '/api/v2/organizations', { organization: { name: 'Akme' } })
    await world.fullStep()
    expect(await organizationOf('bob')).toBe('Akme')
    expect((await organizationProblems()).map(({ what }) => what)).not.toContainEqual(expect.stringMatching(/akme/i))

    // A worker believes a refusal for a minute; a new one asks at once.
    await world.stopProduct()
    await using anew = await openWorld({ ldif: '', servers: world, config: mapped('create') })
    await anew.fullStep()
    expect(await organizationOf('dan')).toBe('Tyrell')
    await anew.fullStep()
    expect((await anew.problems('account')).map(({ code }) => code)).not.toContain('ORGANIZATION_REFUSED')
  })

  it('missing: report: are reported, and the attribute is left alone', async () => {
    world = await start('report')
    await world.step()

    expect((await organizations()).map((one) => one.name)).toEqual(['Globex'])
    expect(await Promise.all(['ada', 'cid'].map(organizationOf))).toEqual([null, 'Globex'])
    expect((await world.problems('connection')).map(({ code, what }) => `${code} ${what}`).sort()).toEqual([
      "ORGANIZATION_UNKNOWN Zendesk has no organization 'Akme': 2 people are written without it (ada@example.org, bob@example.org)",
      "ORGANIZATION_UNKNOWN Zendesk has no organization 'Tyrell': 1 person is written without it (dan@example.org)",
    ])
  })
})
