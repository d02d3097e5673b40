import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const told = async () =>
  [...(await world.problems('connection')), ...(await world.problems('group'))]
    .map(({ code, what }) => `${code} ${what}`)
    .sort()
const PEOPLE = 'ou=people,dc=example,dc=org'
const GROUPS = 'ou=groups,dc=example,dc=org'

describe('what yields nothing for anybody is told', () => {
  it('with what was looked at, in the cycle and by plan; it is solved once it yields something', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: {
        directory: {
          status: { attribute: 'employeStatus', disabledWhen: ['left'] },
          expires: 'validUntl',
          membership: { group: ['member', 'membr'], user: false },
        },
        users: {
          locations: [
            { base: PEOPLE, filter: '(objectClass=inetOrgPerson)' },
            { base: PEOPLE, filter: '(|(employeTyp=guest)(uid=eve))' },
          ],
          map: {
            phone: 'telephoneNumber',
            notes: { from: ['descripton', 'title'] },
            alias: 'uid',
            role: {
              byGroup: { [groupDn('agent')]: 'agent', [groupDn('agents')]: 'agent' },
              default: 'end-user',
              expectEmpty: false,
            },
          },
        },
        groups: { locations: [{ base: GROUPS, filter: '(cn=zd-*)', expectEmpty: false }] },
      },
    })
    await world.step()

    const all = [
      "ATTRIBUTE_UNKNOWN No entry has 'descripton', and the server's schema does not know it, which users.map.notes names; did you mean 'description'?",
      "ATTRIBUTE_UNKNOWN No entry has 'employeStatus', and the server's schema does not know it, which directory.status.attribute names; did you mean 'employeeStatus'?",
      expect.stringMatching(/^ATTRIBUTE_UNKNOWN No entry has 'validUntl', .*, which directory.expires names/),
      "ATTRIBUTE_UNKNOWN The server's schema does not know 'employeTyp', which users.locations[1].filter names; did you mean 'employeeType'?",
      "ATTRIBUTE_UNKNOWN The server's schema does not know 'membr', which directory.membership.group names; did you mean 'member'?",
      'GROUP_EMPTY byGroup names the group, and none of 2 people in scope is in it: nobody gets what it gives',
      expect.stringMatching(
        /^GROUP_MEMBERS_UNREAD .*'cn=agent,ou=groups,dc=example,dc=org' is not in the directory, or hidden/,
      ),
      "LOCATION_EMPTY groups.locations[0] finds nothing: below 'ou=groups,dc=example,dc=org' no entry fits the filter (cn=zd-*) (sent as (&(!(objectClass=person))(cn=zd-*)))",
      "LOCATION_EMPTY users.locations[1] finds nothing: below 'ou=people,dc=example,dc=org' no entry fits the filter (|(employeTyp=guest)(uid=eve)) (sent as (&(|(objectClass=inetOrgPerson)(objectClass=person)(objectClass=posixAccount))(|(employeTyp=guest)(uid=eve)))); the schema does not know 'employeTyp'",
      "MAPPING_EMPTY users.map.phone yields nothing for anybody: it is read from 'telephoneNumber', and none of 2 people has a value there",
    ]
    expect(await told()).toEqual(all)
    const { stdout } = await runCli(world, ['plan'])
    for (const code of ['ATTRIBUTE_UNKNOWN', 'LOCATION_EMPTY', 'MAPPING_EMPTY', 'GROUP_MEMBERS_UNREAD'])
      expect(stdout).toContain(code)

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '1', title: 'Dr' } })
    await modifyEntry(world.slapd, groupDn('agents'), { replace: { member: personDn('ada') } })
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await addEntry(world.slapd, groupDn('agent'), group('agent', ['bob']))
    await addEntry(world.slapd, groupDn('zd-a'), group('zd-a', ['ada']))
    await world.step()
    expect((await told()).map((line) => line.split(' ')[0])).toEqual(Array(5).fill('ATTRIBUTE_UNKNOWN'))
  })

  it('and where the schema does not know the attribute, nothing is emptied for it', async () => {
    const map = { notes: 'title', details: 'description', organization: 'o' }
    const more = { title: 'Dr', description: 'on leave', o: 'Acme' }
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', ...more },
        { uid: 'bob', ...more },
      ]),
      config: { users: { map: { ...map, organization: { from: 'o', missing: 'create' } } } },
    })
    await world.step()
    const of = async (name: string) => {
      const { notes, details, organization_id } = (await world.zendesk.user(`${name}@example.org`))!
      return [notes, details, organization_id]
    }
    const before = await of('ada')
    await world.stopProduct()
    await modifyEntry(world.slapd, personDn('bob'), { delete: { description: [] } })
    const misspelt = {
      notes: ['titel', 'personalTitle'],
      details: 'description',
      organization: { from: 'organisation' },
    }
    await using anew = await openWorld({ ldif: '', servers: world, config: { users: { map: misspelt } } })

    await anew.step()
    await anew.fullStep()

    expect(before).toEqual(['Dr', 'on leave', expect.any(Number)])
    expect(await of('ada')).toEqual(before)
    expect(await of('bob')).toEqual(['Dr', null, before[2]])
    expect((await told()).map((line) => line.split("'")[1])).toEqual(['organisation', 'titel'])
  })

  it('but not of a user field whose default everybody gets', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      config: {
        users: { map: { user_fields: { site: { from: 'l', default: 'Bern' }, floor: { from: 'roomNumber' } } } },
      },
      sandbox: {
        before: {
          userFields: ['site', 'floor'].map((key, id) => ({ id: id + 1, key, title: key, type: 'text' })),
        },
      },
    })
    await world.step()

    expect(await told()).toEqual([expect.stringMatching(/^MAPPING_EMPTY users.map.user_fields.floor /)])
  })

  it('unless expectEmpty says that it is meant', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      config: {
        directory: { status: { attribute: 'employeStatus', disabledWhen: ['left'], expectEmpty: true } },
        users: {
          locations: [
            { base: PEOPLE, filter: '(objectClass=inetOrgPerson)' },
            { base: PEOPLE, filter: '(employeTyp=guest)', expectEmpty: true },
          ],
          map: {
            notes: { from: 'descripton', expectEmpty: true },
            role: { byGroup: { [groupDn('agents')]: 'agent' }, default: 'end-user', expectEmpty: true },
          },
        },
      },
    })
    await world.step()

    expect(await told()).toEqual([])
  })
})
