import { afterEach, describe, expect, it } from 'vitest'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { explainAll } from '../fixtures/explain.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const PEOPLE = 'ou=people,dc=example,dc=org'
const OWNER = [{ id: 11, name: 'Olga', email: 'owner@example.org', role: 'admin' }]
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`

/** Ada is in step, and changed by hand; Bob is out of scope, Cyd disabled, Eve without an address, and Gus is two. */
async function openCompany(): Promise<World> {
  const people = [
    { uid: 'ada', displayName: 'Ada Lovelace', telephoneNumber: '1', costCenter: 'K-7' },
    { uid: 'bob', departmentNumber: 'elsewhere' },
    { uid: 'cyd', employeeStatus: 'left' },
    { uid: 'eve', mail: null },
    { uid: 'gus' },
  ]
  const groups = { agents: ['ada'], 'zd-help': ['ada', 'bob', 'gus'], 'zd-night': ['ada'], other: ['ada'] }
  return await openWorld({
    ldif: [
      directoryOf(people, groups),
      ldifEntry('ou=guests,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'guests' }),
      ldifEntry(personDn('gus', 'guests'), person({ uid: 'gus', mail: 'gus@guests.org' })),
    ].join('\n'),
    config: {
      users: {
        locations: [
          { base: PEOPLE, filter: '(&(objectClass=inetOrgPerson)(!(departmentNumber=elsewhere)))' },
          { base: 'ou=guests,dc=example,dc=org', group: groupDn('zd-help') },
        ],
        map: { user_fields: { cost_center: { from: 'costCenter', masked: true } } },
      },
    },
    sandbox: {
      before: {
        userFields: [{ id: 1, key: 'cost_center', title: 'Cost center', type: 'text' }],
        users: OWNER,
      },
    },
  })
}

/** JSON as a program gets it, with words in the place of what differs from run to run. */
function withoutChance(json: string): unknown {
  const text = json
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replaceAll(/\b93\d{11}\b/g, '"ZENDESK ID"')
    .replaceAll(/\b1[78]\d{11}\b/g, '"MS"')
    .replaceAll(new RegExp(TIME, 'g'), 'TIME')
  return JSON.parse(text.replaceAll(/as agent "ZENDESK ID"/g, 'as agent ZENDESK ID'))
}

describe('provisioner explain', () => {
  it('says in one sentence where somebody stands, then why, by whatever they are named, and writes nothing', async () => {
    world = await openCompany()
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    const user = { phone: '2', user_fields: { cost_center: 'K-8' } }
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user }, 'owner@example.org')
    const { id: help } = (await world.zendesk.groups()).find(({ name }) => name === 'zd-help')!
    await world.stopProduct()
    await world.zendesk.forgetRequests()
    const before = await redisContent(world.redis)

    const [ada, byId, byPart] = await explainAll(world, [personDn('ada'), String(id), 'LOVEL'])
    const directoryId = /directory id +(\S+)/.exec(ada.says)![1]!
    const [byDirectoryId, bob, cyd, eve, gus, nobody, unlinked, group, other] = await explainAll(world, [
      ...([
        directoryId,
        'bob',
        'cyd@example.org',
        'eve',
        'gus',
        'zoe*',
        '4711',
        String(help),
        groupDn('other'),
      ] as const),
    ])
    const json = await runCli(world, ['explain', 'ada', '--json', '--no-live'])
    const missing = await runCli(world, ['explain', 'zoe'])

    expect(await writtenSince(world.redis, before)).toEqual([])
    expect(await world.zendesk.writes()).toEqual([])
    expect([ada.isFound, json.code, missing.code]).toEqual([true, 0, 1])
    expect(ada.verdict).toMatch(new RegExp(`^Ada Lovelace is in Zendesk as agent ${id}, in step since ${TIME}\\.$`))
    expect(ada.says).toMatch(/^ {2}connection +staff, by users\.locations\[0\]$/m)
    expect(ada.says).toMatch(new RegExp(`^ {2}linked +user ${id}, created by us, first released ${TIME}$`, 'm'))
    expect(ada.says).toMatch(/^ {2}holds +agent, not suspended, never signed in$/m)
    expect(ada.says).toMatch(/^ {2}groups there +\d+ \(not managed\), zd-help, zd-night$/m)
    expect(ada.says).toMatch(/^ {2}differs +phone is '2' in place of '1'$/m)
    expect(ada.says).toMatch(/^ {2}differs +user_fields\.cost_center is \*\*\* in place of \*\*\*$/m)
    expect(ada.says).toMatch(/^ {2}changed by +'Olga', \S+, by the audit log$/m)
    expect(ada.says).toMatch(/^groups\n {2}zd-help +in\n {2}zd-night +in$/m)
    expect(ada.says).toMatch(/^mapping\n {2}email: set "ada@example\.org"\n {4}read mail: "ada@example\.org"$/m)
    for (const one of [byId, byPart, byDirectoryId]) expect(one.verdict).toBe(ada.verdict)
    expect(ada.says + byPart.says + json.stdout + json.stderr).not.toMatch(/K-[78]/)

    expect(bob.verdict).toBe('bob is out of scope of all 2 users.locations. They are not in Zendesk.')
    expect(bob.says).toMatch(/^ {2}out of scope +users\.locations\[0\]: it does not match \(&/m)
    expect(cyd.verdict).toBe('cyd is disabled (employeeStatus: left). They are not in Zendesk.')
    expect(eve.verdict).toMatch(/^eve is not in Zendesk: left out for EMAIL_MISSING: The entry has no mail address/)
    expect([gus.isFound, gus.verdict]).toEqual([false, "2 entries are known as 'gus': name one by its DN or id."])
    expect(gus.says).toMatch(/^ {2}uid=gus,ou=people,\S+ {2}\(user; gus@example\.org; [0-9a-f-]{36}\)$/m)
    expect([nobody.isFound, nobody.verdict]).toEqual([false, expect.stringMatching(/anybody .* known as 'zoe\*'/)])
    expect([unlinked.isFound, unlinked.verdict]).toEqual([false, expect.stringMatching(/anybody .* known as '4711'/)])
    expect(group.verdict).toMatch(new RegExp(`^zd-help is in Zendesk as group ${help} 'zd-help', in step since`))
    expect(group.says).toMatch(/^members\n {2}in the directory +3\n {2}in Zendesk +1$/m)
    expect(group.says).toMatch(/^ {2}missing +1: the user is not in Zendesk \(uid=bob,/m)
    expect(group.says).toMatch(/^ {2}missing +1: the user is an end user in Zendesk, where .* \(gus@example\.org\)$/m)
    expect(other.verdict).toContain(
      "is a group that connection 'staff' does not manage: no location of groups.locations",
    )
    const shown = withoutChance(json.stdout)
    expect({ ...(shown as object), mapping: null }).toMatchInlineSnapshot(`
      {
        "connection": "staff",
        "decided": [],
        "disabledBy": null,
        "dn": "uid=ada,ou=people,dc=example,dc=org",
        "expiresAt": null,
        "groups": [
          {
            "id": "UUID",
            "isIn": true,
            "name": "zd-help",
            "wanted": true,
            "why": null,
          },
          {
            "id": "UUID",
            "isIn": true,
            "name": "zd-night",
            "wanted": true,
            "why": null,
          },
        ],
        "held": [],
        "id": "UUID",
        "isInDirectory": true,
        "kept": null,
        "kind": "user",
        "leaving": null,
        "link": {
          "appliedAt": "MS",
          "firstReleasedAt": "MS",
          "origin": "created",
          "presence": "active",
          "role": "agent",
          "suspendedByUs": false,
          "zendeskId": "ZENDESK ID",
        },
        "location": 0,
        "mapping": null,
        "measures": {},
        "name": "Ada Lovelace",
        "objectClasses": [
          "inetOrgPerson",
          "worker",
        ],
        "outOfScope": [],
        "problems": [],
        "recent": {
          "events": [],
          "status": "told",
        },
        "underWay": null,
        "undone": {},
        "verdict": {
          "says": "Ada Lovelace is in Zendesk as agent ZENDESK ID, in step since TIME.",
          "state": "in step",
        },
        "waiting": null,
        "zendesk": {
          "status": "not asked",
          "why": "--no-live",
        },
        "zendeskId": "ZENDESK ID",
      }
    `)
  })
})
