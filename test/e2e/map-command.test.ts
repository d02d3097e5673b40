import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const MAP = {
  name: { from: ['displayName', 'cn'], trim: true },
  alias: { from: 'mail', parse: 'user-from-email', case: 'upper' },
  organization: { from: 'o', missing: 'report' },
  notes: { expression: "'Desk ' & $string($number(roomNumber))" },
  tags: { from: 'departmentNumber', case: 'lower' },
  time_zone: { default: 'Berlin', createOnly: true },
  custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
  user_fields: { cost_center: { from: 'costCenter', masked: true } },
}

interface Trace {
  readonly attribute: string
  readonly steps: readonly { step: string; values: unknown[] }[]
  readonly outcome: string
  readonly result?: unknown
}

/** The steps of one attribute and what comes of them, one text. */
function traceOf(stdout: string, attribute: string): string {
  const { mapping } = JSON.parse(stdout) as { mapping: { attributes: Trace[] } }
  const { steps, outcome, result } = mapping.attributes.find((one) => one.attribute === attribute)!
  const told = steps.map(({ step, values }) => `${step}: ${values.map((value) => JSON.stringify(value)).join()}`)
  return [...told, `${outcome} ${JSON.stringify(result)}`].join(' > ')
}

describe('provisioner map DN', () => {
  it('shows what an entry maps to, step by step, what keeps it out, and never a masked value', async () => {
    world = await openWorld({
      ldif: directoryOf(
        [
          {
            uid: 'ada',
            displayName: ' Ada L ',
            departmentNumber: 'Engines',
            roomNumber: '42',
            costCenter: 'K-7',
            o: 'Hightower',
            employeeStatus: 'left',
          },
          { uid: 'bob', roomNumber: 'attic' },
          { uid: 'cyd', mail: 'info@example.org' },
          { uid: 'dan', mail: 'info@example.org' },
          { uid: 'eve', mail: null },
        ],
        { leads: [groupDn('deputies')], deputies: ['ada'] },
      ),
      config: { users: { map: MAP } },
      workers: 0,
    })
    await world.cycle()

    const [ada, bob, nobody, cyd, eve, json] = await Promise.all([
      ...['ada', 'bob', 'nobody', 'cyd', 'eve'].map((uid) => runCli(world, ['map', personDn(uid)])),
      runCli(world, ['map', 'ada', '--json']),
    ])

    expect(ada.code).toBe(0)
    expect(ada.stdout).toMatch(/^ {2}in scope of connection 'staff'$/m)
    expect(ada.stdout).toMatch(/^ {2}disabled +true$/m)
    expect(ada.stdout).toContain(
      '\n  alias: set "ADA"\n    read mail: "ada@example.org"\n    parse user-from-email: "ada"\n',
    )
    expect(ada.stdout).not.toContain('{')
    const attributes = ['name', 'alias', 'notes', 'tags', 'time_zone', 'custom_role', 'role', 'user_fields.cost_center']
    expect(attributes.map((attribute) => traceOf(json!.stdout, attribute))).toEqual([
      'read displayname: " Ada L " > trim: "Ada L" > set "Ada L"',
      'read mail: "ada@example.org" > parse user-from-email: "ada" > upper case: "ADA" > set "ADA"',
      'expression: "Desk 42" > set "Desk 42"',
      'read departmentnumber: "Engines" > lower case: "engines" > set ["engines"]',
      'default: "Berlin" > set "Berlin"',
      'in group cn=leads,ou=groups,dc=example,dc=org: "Team lead" > left alone undefined',
      'default: "end-user" > set "agent"',
      'read costcenter: "***" > set "***"',
    ])
    expect(ada.stdout).toContain('a custom role makes its bearer an agent')
    expect(ada.stdout + ada.stderr + json!.stdout).not.toContain('K-7')
    expect(bob!.stdout).toMatch(/^ {2}EXPRESSION_FAILED: .*/m)
    expect([nobody!.code, nobody!.stdout]).toEqual([1, expect.stringContaining("No connection's directory has")])
    expect(cyd!.stdout).toMatch(/reported, and not solved yet:\n {2}EMAIL_TWICE, since .*uid=dan.*\n$/)
    expect(ada.stdout).toMatch(
      /^ {2}organization: left alone\n {4}read o: "Hightower"\n {4}because ORGANIZATION_UNKNOWN: /m,
    )
    expect(ada.stdout).toMatch(/reported, and not solved yet:\n(.*\n)* {2}ORGANIZATION_UNKNOWN, since .*\n/)
    expect(eve!.stdout).toContain('\n  LEFT OUT whole: ')
    expect(eve!.stdout).toContain('\n  name: would be set "eve"\n')
    expect(eve!.stdout).toMatch(/reported, and not solved yet:\n {2}EMAIL_MISSING: .*\n$/)
    expect(eve!.stdout.match(/has no mail address/g)).toHaveLength(1)
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('says first who is out of scope and why, that a group is none of the people, and what is not there', async () => {
    world = await openWorld({
      ldif: [
        directoryOf([{ uid: 'ada' }, { uid: 'bob', employeeStatus: 'gone' }], {
          'zd-help': ['ada'],
          other: ['ada', 'bob'],
        }),
        ldifEntry('ou=guests,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'guests' }),
        ldifEntry(personDn('eve', 'guests'), person({ uid: 'eve' })),
        ldifEntry(personDn('ada', 'guests'), person({ uid: 'ada', mail: 'ada@guests.org' })),
      ].join('\n'),
      config: {
        users: {
          locations: [
            { base: 'ou=people,dc=example,dc=org', filter: '(&(objectClass=inetOrgPerson)(!(employeeStatus=gone)))' },
            { base: 'ou=guests,dc=example,dc=org', group: groupDn('zd-help') },
          ],
        },
      },
      producers: 0,
      workers: 0,
    })
    const map = async (who: string) => {
      const { code, stdout, stderr } = await runCli(world, ['map', who])
      return { code, says: stdout + stderr }
    }

    const [bob, eve, several, byMail, help, other, unit, nobody, noDn] = await Promise.all(
      [
        'bob',
        personDn('eve', 'guests'),
        'ada',
        'ADA@example.org',
        'zd-help',
        groupDn('other'),
        'ou=guests,dc=example,dc=org',
        'zoe*',
        'mail=zoe@example.org, and more',
      ].map(map),
    )

    expect(bob).toMatchObject({
      code: 0,
      says: expect.stringMatching(/^uid=bob.*\n {2}OUT OF SCOPE of connection 'staff'/),
    })
    expect(bob!.says).toContain(
      'users.locations[0]: it does not match (&(objectClass=inetOrgPerson)(!(employeeStatus=gone)))',
    )
    expect(bob!.says).toContain('users.locations[1]: it does not lie below ou=guests,dc=example,dc=org')
    expect(eve!.says).toContain(`users.locations[1]: it is not in the group ${groupDn('zd-help')}`)
    expect(several).toMatchObject({ code: 1, says: expect.stringMatching(/2 entries are known as 'ada'/) })
    expect(byMail).toMatchObject({ code: 0, says: expect.stringMatching(/^uid=ada,ou=people.*\n {2}in scope/) })
    expect(help!.says).toContain("a GROUP, which connection 'staff' keeps in Zendesk as 'zd-help'. It names 1 member;")
    expect(other!.says).toContain(
      "a GROUP, and none that connection 'staff' manages: no location of groups.locations has it",
    )
    expect(unit!.says).toMatch(/OUT OF SCOPE(.|\n)*object classes +organizationalUnit/)
    expect(nobody).toMatchObject({
      code: 1,
      says: expect.stringContaining('takes a DN, a user id, an address or a name'),
    })
    expect(noDn).toMatchObject({ code: 1, says: expect.stringMatching(/a DN looks like uid=ada/) })
  })

  it('shows of a group what is reported of who is in it', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'vip' }], { agents: ['ada', 'vip'], 'zd-a': ['ada', 'vip'] }),
      config: { account: { protect: ['vip@*'] } },
    })
    await world.zendesk.call('POST', '/api/v2/users', {
      user: { name: 'Vip', email: 'vip@example.org', role: 'agent', skip_verify_email: true },
    })
    const group = { name: 'zd-a' }
    const { id } = (await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', { group })).group
    const { id: vip } = (await world.zendesk.user('vip@example.org'))!
    await world.zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: vip, group_id: id },
    })
    await world.step()
    await world.fullStep()

    const { stdout } = await runCli(world, ['map', groupDn('zd-a')])

    expect(stdout).toMatch(/reported, and not solved yet:\n {2}USER_PROTECTED, since .*not done: remove member/)
  })
})
