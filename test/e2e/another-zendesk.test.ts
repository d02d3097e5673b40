import { describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { Look } from '../fixtures/minimal-zendesk/look.ts'
import { startMinimalZendesk } from '../fixtures/minimal-zendesk/start-minimal-zendesk.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const people = ['ada', 'bob', 'eve', 'dan', 'flo', 'gus', 'ian'].map((uid) => ({ uid, o: 'Acme' }))
const groups = {
  agents: ['ada', 'bob', 'eve'],
  leads: ['bob'],
  'zd-sales': ['ada', 'bob'],
  'zd-help': ['ada', 'eve'],
  'zd-old': ['ada'],
  'zd-east': [groupDn('team')],
  'zd-west': ['bob'],
  team: ['eve'],
}
const config = {
  groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] },
  users: {
    remove: { deleted: 'delete' },
    map: {
      organization: { from: 'o' },
      custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
      locale: { default: 'Deutsch' },
    },
  },
}

/**
 * Its accounts.*.url is a server that has Zendesk's public API only, written from the documentation alone. Without rate
 * headers the product keeps to the smallest plan's limit, so these tests mostly wait: they do it side by side.
 */
describe.concurrent.each([
  {
    auth: { clientId: 'provisioner', clientSecret: 'a-secret' },
    bulkImport: true,
    written: ['POST /api/v2/users/create_many', 'DELETE /api/v2/users/destroy_many'],
    notWritten: ['POST /api/v2/users'],
  },
  {
    auth: { email: 'api@account.test', apiToken: 'a-token' },
    bulkImport: false,
    written: ['POST /api/v2/users', 'DELETE /api/v2/users/destroy_many'],
    notWritten: [] as string[],
  },
])('another server with $auth, bulk import $bulkImport', ({ auth, bulkImport, written, notWritten }) => {
  it('has the whole job done to it: from the first load to a quiet cycle', async () => {
    await using owned = new AsyncDisposableStack()
    const server = owned.use(await startMinimalZendesk({ auth, bulkImport }))
    const look = new Look(server.url, auth)
    const existing = await look.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Ian by hand', email: 'Ian@example.org' },
    })
    const { organization } = await look.call<{ organization: { id: number } }>('POST', '/api/v2/organizations', {
      organization: { name: 'ACME' },
    })
    const world = owned.use(
      await openWorld({
        ldif: directoryOf(people, groups),
        zendeskUrl: async () => server.url,
        config: { ...config, account: { reserve: '0%', auth: { clientId: null, clientSecret: null, ...auth } } },
      }),
    )

    const plan = await runCli(world, ['plan'])
    expect(plan.stdout).toMatch(/link existing user +│ +1/)
    expect(plan.stdout).toMatch(/create user +│ +6/)
    expect(server.asked.filter((one) => !one.startsWith('GET'))).toEqual([])

    await world.step()
    await world.step()

    const loaded = await look.users()
    expect(Object.keys(loaded).sort()).toEqual(['Ian', 'ada', 'bob', 'dan', 'eve', 'flo', 'gus'])
    expect(loaded['Ian']).toMatchObject({ id: existing.user.id, name: 'ian', external_id: expect.any(String) })
    expect(loaded['ada']).toMatchObject({ role: 'agent', custom_role_id: null, locale_id: 8 })
    expect(loaded['bob']).toMatchObject({ role: 'agent', custom_role_id: expect.any(Number) })
    expect(loaded['dan']).toMatchObject({ role: 'end-user', organization_id: organization.id, suspended: false })
    const before = await look.groups()
    expect(membersOf(before)).toEqual({
      'zd-sales': ['ada', 'bob'],
      'zd-help': ['ada', 'eve'],
      'zd-old': ['ada'],
      'zd-east': ['eve'],
      'zd-west': ['bob'],
    })

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await modifyEntry(world.slapd, personDn('eve'), { replace: { telephoneNumber: '8' } })
    await modifyEntry(world.slapd, personDn('bob'), { replace: { mail: 'robert@example.org' } })
    await modifyEntry(world.slapd, personDn('dan'), { replace: { employeeStatus: 'left' } })
    await deleteEntry(world.slapd, personDn('flo'))
    await deleteEntry(world.slapd, personDn('gus'))
    await renameEntry(world.slapd, groupDn('zd-sales'), 'cn=zd-revenue')
    await deleteEntry(world.slapd, groupDn('zd-old'))
    await modifyEntry(world.slapd, groupDn('zd-help'), { delete: { member: personDn('eve') } })
    await modifyEntry(world.slapd, groupDn('zd-east'), { replace: { member: personDn('ada') } })
    await modifyEntry(world.slapd, groupDn('zd-west'), { replace: { member: groupDn('team') } })
    await world.step()
    await world.step()

    const changed = await look.users()
    expect(Object.keys(changed).sort()).toEqual(['Ian', 'ada', 'dan', 'eve', 'robert'])
    expect([changed['ada']?.['phone'], changed['eve']?.['phone'], changed['dan']?.suspended]).toEqual(['7', '8', true])
    expect(changed['robert']?.id).toBe(loaded['bob']?.id)
    expect(await look.addresses(changed['robert']!.id)).toEqual(['robert@example.org', 'bob@example.org'])
    const after = await look.groups()
    expect(membersOf(after)).toEqual({
      'zd-revenue': ['ada', 'robert'],
      'zd-help': ['ada'],
      'zd-east': ['ada'],
      'zd-west': ['eve'],
    })
    expect(after['zd-revenue']?.id).toBe(before['zd-sales']?.id)

    await modifyEntry(world.slapd, personDn('dan'), { replace: { employeeStatus: 'here' } })
    await world.step()
    expect((await look.users())['dan']).toMatchObject({ id: loaded['dan']!.id, suspended: false })

    const asked = server.asked.length
    await world.fullStep()
    expect(server.asked.slice(asked).filter((one) => !one.startsWith('GET'))).toEqual([])
    expect(server.asked).toEqual(expect.arrayContaining(written))
    expect(server.asked.filter((one) => notWritten.includes(one))).toEqual([])
    expect(server.unknown).toEqual([])
    expect((await fetch(`${server.url}/sandbox/requests`)).status).toBe(404)
    expect(server.unknown).toEqual(['GET /sandbox/requests'])
    expect([...server.headers].filter((name) => name.startsWith('x-'))).toEqual([])
    expect(await world.zendesk.requests()).toEqual([])
  })
})

function membersOf(groups: Record<string, { members: string[] }>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(groups).map(([name, { members }]) => [name, members]))
}
