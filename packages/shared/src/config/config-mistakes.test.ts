import { describe, expect, it } from 'vitest'
import { changed, mistakesOf } from './config.fixture.ts'

type Case = readonly [what: string, from: string, to: string, key: string, found: string, allowed: string]

const DIRECTORY = 'connections[0].directory'
const USERS = 'connections[0].users'

/** What is wrong with one value. */
const values: Case[] = [
  ['another version', 'version: 1', 'version: 2', 'version', "'2'", '1'],
  [
    'a duration of nothing',
    'every: 60s',
    'every: 0s',
    'connections[0].schedule.every',
    "'0s'",
    'a duration such as 60s',
  ],
  [
    'a schedule that never fires',
    '0 2 * * *',
    '0 25 * * *',
    'connections[0].schedule.full',
    "'0 25 * * *'",
    'a cron expression of five fields',
  ],
  [
    'a share that is no percentage',
    'share: 10%',
    'share: 0.1',
    'connections[0].guard.memberships.share',
    "'0.1'",
    'a share from 0% to 100%',
  ],
  ...['100%', '100.0%', '99.99999999999999999%', '200'].map((reserve): Case => [
    `a reserve of ${reserve}`,
    'reserve: 20%',
    `reserve: ${reserve}`,
    'accounts.acme.reserve',
    `'${reserve}'`,
    'a share from 0% to less than 100%, such as 20%, so that something is left for the provisioner',
  ]),
  [
    'a connection id that no key may carry',
    'id: staff',
    'id: Staff',
    'connections[0].id',
    "'Staff'",
    'up to 40 lower-case letters, digits and hyphens',
  ],
  ['a text for a flag', 'startTls: false', 'startTls: "yes"', `${DIRECTORY}.startTls`, "'yes'", 'true or false'],
  [
    'a page size beyond all servers',
    'pageSize: 250',
    'pageSize: 100000',
    `${DIRECTORY}.pageSize`,
    "'100000'",
    'at most 10000',
  ],
  [
    'true where only false has a meaning',
    'user: memberOf',
    'user: true',
    `${DIRECTORY}.membership.user`,
    "'true'",
    'the name of a directory attribute such as mail, or false',
  ],
  [
    'an attribute that has no such name',
    'email: mail',
    'email: e mail',
    `${USERS}.map.email`,
    "'e mail'",
    'the name of a directory attribute such as mail',
  ],
  ...[
    ['email: mail', 'email: userPassword', `${USERS}.map.email`, "'userPassword'"],
    ['match: cn', 'match: "2.5.4.35;binary"', 'connections[0].groups.match', "'2.5.4.35;binary'"],
    ['from: costCenter', 'from: [cn, UNICODEPWD]', `${USERS}.map.user_fields.cost_center.from[1]`, "'UNICODEPWD'"],
    ['attribute: employeeStatus', 'attribute: ms-Mcs-AdmPwd', `${DIRECTORY}.status.attribute`, "'ms-Mcs-AdmPwd'"],
    ['user: memberOf', 'user: krbPrincipalKey', `${DIRECTORY}.membership.user`, "'krbPrincipalKey'"],
  ].map(([from, to, key, found]): Case => [
    `a secret: ${to}`,
    from!,
    to!,
    key!,
    found!,
    'an attribute that holds no secret: passwords and keys are never read',
  ]),
  [
    'a whole number that YAML rounds',
    'default: Berlin',
    'default: 9007199254740993',
    `${USERS}.map.time_zone.default`,
    "'9007199254740992'",
    'a whole number below 2^53, or a text in quotes',
  ],
  [
    'an id that changes',
    'id: entryUUID',
    'id: Mail',
    `${DIRECTORY}.id`,
    "'Mail'",
    'an attribute that never changes, such as entryUUID; never a DN, a name or an address',
  ],
  [
    'a filter without parentheses',
    'filter: (cn=zd-*)',
    'filter: cn=zd-*',
    'connections[0].groups.locations[0].filter',
    "'cn=zd-*'",
    'an LDAP filter in parentheses',
  ],
  [
    'a group that is no DN',
    '"cn=agents,ou=groups,dc=acme,dc=com"',
    'agents',
    `${USERS}.map.role.byGroup.agents`,
    "the key 'agents'",
    'a distinguished name',
  ],
  [
    'no URL',
    'https://acme.zendesk.com',
    'acme',
    'accounts.acme.url',
    "'acme'",
    'a URL such as https://acme.zendesk.com',
  ],
]

/** What is wrong with the keys. */
const keys: Case[] = [
  ...['__proto__', 'constructor', 'prototype'].flatMap((name): Case[] =>
    [
      ['accounts:', `accounts:\n  ${name}: {}`],
      ['cost_center:', `${name}: mail\n          cost_center:`],
      ['"cn=agents,ou=groups,dc=acme,dc=com"', `"${name}"`],
    ].map(([from, to]): Case => [
      `a key that every object has: ${to}`,
      from!,
      to!,
      name,
      `the key '${name}'`,
      'any name but __proto__, constructor and prototype',
    ]),
  ),
  [
    'a misspelt key',
    'whenAbsent',
    'whenAbsend',
    `${DIRECTORY}.status.whenAbsend`,
    "the unknown key 'whenAbsend'",
    "did you mean 'whenAbsent'?",
  ],
  [
    'a misspelt key of the long form',
    '{ from: o,',
    '{ form: o,',
    `${USERS}.map.organization.form`,
    "the unknown key 'form'",
    "did you mean 'from'?",
  ],
  [
    'PingFederate’s name of an attribute',
    'custom_role:',
    'custom_role_id:',
    `${USERS}.map.custom_role_id`,
    "the unknown key 'custom_role_id'",
    "did you mean 'custom_role'?",
  ],
  [
    'allowAdmin where it has no meaning',
    'whenEmpty: clear',
    'allowAdmin: true',
    `${USERS}.map.phone.allowAdmin`,
    "the unknown key 'allowAdmin'",
    "'allowAdmin' with role only",
  ],
  [
    'byGroup where it has no meaning',
    'whenEmpty: clear',
    'byGroup: {}',
    `${USERS}.map.phone.byGroup`,
    "the unknown key 'byGroup'",
    "'byGroup' with role, custom_role, brands and default_group only",
  ],
  [
    'a key that resembles none',
    'oldEmail: keep',
    'xyzzy: keep',
    `${USERS}.xyzzy`,
    "the unknown key 'xyzzy'",
    'locations, match, actions',
  ],
  [
    'a key that is missing',
    '      type: openldap',
    '',
    `${DIRECTORY}.type`,
    'nothing',
    'this key is required: active-directory | openldap',
  ],
  [
    'a key without a value',
    'email: mail',
    'email:',
    `${USERS}.map.email`,
    'nothing',
    'the name of a directory attribute such as mail, or a list, or a section with keys',
  ],
  ['a key that comes twice', 'oldEmail: keep', 'match: email', 'match', 'this key a second time', 'each key once'],
]

describe('A mistake', () => {
  it.each([...values, ...keys])('is told for %s', (_what, from, to, key, found, allowed) => {
    const { mistakes } = mistakesOf(changed([from, to]))

    expect(mistakes).toEqual([
      { key, found, allowed: expect.stringContaining(allowed), line: expect.any(Number), column: expect.any(Number) },
    ])
  })

  it.each([
    ['an empty file', '', 1, 'nothing'],
    ['a list that is not closed', 'version: 1\nredis: [a\n', 3, "YAML that can't be read"],
    ['a tag', 'redis: !secret foo', 1, 'a tag'],
    ['an alias without its anchor', 'version: 1\nredis: *hunter2', 2, "YAML whose aliases can't be followed"],
    ['an alias within its own anchor', 'redis: &a\n  url: *a', 2, "YAML whose aliases can't be followed"],
    ['two documents', 'version: 1\n---\nversion: 1\n', 2, "YAML that can't be read"],
  ])('is told for %s', (_what, text, line, found) => {
    const { mistakes } = mistakesOf(text)

    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]?.line).toBe(line)
    expect(mistakes[0]?.found).toContain(found)
  })
})
