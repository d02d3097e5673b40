import { describe, expect, it } from 'vitest'

import { MappingConfigError } from './mapping-config-error.ts'
import { mapOne, mappingOf } from './mapping.fixture.ts'

const base = { email: 'mail', name: 'cn' }
const ada = { mail: ['Ada@example.org'], cn: ['Ada'] }

describe('maps an entry', () => {
  it('as the admin wrote it', async () => {
    const map = {
      email: 'mail',
      name: { from: ['displayName', 'cn'] },
      alias: { from: 'mail', parse: 'user-from-email', case: 'lower' },
      role: { byGroup: { 'CN=Agents, dc=org': 'agent' }, default: 'end-user' },
      organization: 'o',
      phone: { from: 'telephoneNumber', whenEmpty: 'clear' },
      details: { from: 'description', whenEmpty: 'keep' },
      tags: { from: 'departmentNumber', mode: 'replace' },
      notes: { expression: "'Desk ' & roomNumber" },
      time_zone: { default: 'Berlin', createOnly: true },
      verified: 'mailVerified',
      user_fields: { cost_center: { from: 'costCenter', masked: true } },
    }
    const attributes = {
      ...ada,
      displayname: ['  '],
      o: ['Acme'],
      departmentnumber: ['Second Level', 'VIP'],
      roomnumber: ['12'],
      mailverified: ['TRUE'],
      costcenter: ['4711'],
    }

    const mapped = await mapOne(map, attributes, { groups: ['cn=agents,dc=org'] })

    expect(mapped).toEqual({
      kind: 'mapped',
      id: 'ada',
      dn: 'cn=Ada,dc=org',
      email: 'Ada@example.org',
      disabled: false,
      attributes: {
        email: 'Ada@example.org',
        name: 'Ada',
        alias: 'ada',
        role: 'agent',
        organization: 'Acme',
        tags: ['second_level', 'vip'],
        notes: 'Desk 12',
        time_zone: 'Berlin',
        verified: true,
        user_fields: { cost_center: '4711' },
        external_id: 'ada',
      },
      empty: ['phone'],
      createOnly: ['time_zone'],
      tagsMode: 'replace',
      masked: ['user_fields.cost_center'],
      problems: [],
    })
  })

  it('to the same bytes whatever the order of the directory', async () => {
    const map = { ...base, tags: 'ou', notes: { expression: "$join(uid, ',')" } }

    const one = await mapOne(map, { ...ada, uid: ['b', 'a'], ou: ['x', 'y', 'X'] })
    const other = await mapOne(map, { ou: ['X', 'y', 'x'], uid: ['a', 'b'], ...ada })

    expect(JSON.stringify(other)).toBe(JSON.stringify(one))
  })

  it.each<[string, object, Record<string, string[]>, unknown, unknown]>([
    // attribute, mapping, values → value, the others
    ['email', { email: 'mail' }, { mail: ['z@x.org', 'a@x.org'] }, 'z@x.org', ['a@x.org']],
    ['email', { email: 'mail' }, { mail: ['no address', 'a@x.org'] }, 'a@x.org', undefined],
    ['name', { name: 'cn' }, { cn: ['Zoe', 'Ada'] }, 'Zoe', ['Ada']],
    ['alias', { alias: { from: 'uid', case: 'upper' } }, { uid: ['b', 'a', 'B'] }, 'B', ['A']],
    ['alias', { alias: { from: 'mail', parse: 'user-from-email' } }, { mail: ['z@x.org', 'a@x.org'] }, 'z', ['a']],
    ['phone', { phone: { from: ['mobile', 'phone'] } }, { mobile: ['1'], phone: ['2', '3'] }, '1', undefined],
    ['external_id', { external_id: 'uid' }, { uid: ['b', 'a'] }, 'b', ['a']],
    ['organization', { organization: 'o' }, { o: ['Acme', 'Beta'] }, 'Acme', ['Beta']],
    ['role', { role: 'employeeType' }, { employeetype: ['agent', 'end-user'] }, 'agent', ['end-user']],
    ['verified', { verified: 'title' }, { title: ['yes', 'no', 'true'] }, true, [false]],
    ['tags', { tags: 'ou' }, { ou: ['y', 'x'] }, ['x', 'y'], undefined],
    ['notes', { notes: { expression: 'uid[0]' } }, { uid: ['b', 'a'] }, 'a', undefined],
  ])('%s by %j of %j', async (attribute, map, values, value, others) => {
    const mapped = await mapOne({ ...base, ...map }, { ...ada, ...values })

    expect(mapped).toMatchObject({ kind: 'mapped', attributes: { [attribute]: value } })
    expect(mapped.kind === 'mapped' && mapped.alternatives?.[attribute]).toEqual(others)
  })

  it('the same user field by field, and keeps what else one field may be', async () => {
    const mapped = await mapOne({ ...base, user_fields: { site: 'l' } }, { ...ada, l: ['Bern', 'Basel'] })

    expect(mapped).toMatchObject({
      attributes: { user_fields: { site: 'Bern' } },
      alternatives: { 'user_fields.site': ['Basel'] },
    })
  })
})

describe('rejects an entry, with the reason', () => {
  it.each([
    ['without an address', { cn: ['Ada'] }, 'EMAIL_MISSING', 'email'],
    ['with a blank address', { mail: [' '], cn: ['Ada'] }, 'EMAIL_MISSING', 'email'],
    ['with an umlaut in the address', { mail: ['jürgen@example.org'], cn: ['Ada'] }, 'EMAIL_MALFORMED', 'email'],
    ['with bytes for an address', { mail: [Buffer.from([255])], cn: ['Ada'] }, 'VALUE_BINARY', 'email'],
    ['without a name', { mail: ['ada@example.org'] }, 'NAME_MISSING', 'name'],
    ['with a name of spaces', { mail: ['ada@example.org'], cn: ['   '] }, 'NAME_MISSING', 'name'],
    ['with a name of 300 characters', { mail: ['ada@example.org'], cn: ['x'.repeat(300)] }, 'VALUE_TOO_LONG', 'name'],
  ])('%s', async (_what, attributes, code, attribute) => {
    const mapped = await mapOne(base, attributes)

    expect(mapped).toMatchObject({
      kind: 'rejected',
      id: 'ada',
      disabled: false,
      problems: [{ code, attribute, dn: 'cn=Ada,dc=org' }],
    })
    expect(mapped.problems[0]?.todo).toMatch(/\w/)
  })

  it('and still tells that it is disabled, so that a leaver loses access', async () => {
    const mapped = await mapOne(
      base,
      { useraccountcontrol: ['514'] },
      { status: { attribute: 'userAccountControl', bit: 2 } },
    )

    expect(mapped).toMatchObject({ kind: 'rejected', disabled: true })
  })
})

describe('leaves the entry out, with the reason', () => {
  it.each([
    ['a note of 100 KB', { notes: 'description' }, { description: ['x'.repeat(102_400)] }, 'VALUE_TOO_LONG', 'notes'],
    ['binary junk', { alias: 'photo' }, { photo: [Buffer.from([255, 0])] }, 'VALUE_BINARY', 'alias'],
    ['binary junk among tags', { tags: 'ou' }, { ou: ['a', Buffer.from([255])] }, 'VALUE_BINARY', 'tags'],
    ['a control character', { alias: 'uid' }, { uid: ['a\u0007b'] }, 'CONTROL_CHARACTER', 'alias'],
    ['an unknown role', { role: { from: 'title', default: 'end-user' } }, { title: ['boss'] }, 'ROLE_UNKNOWN', 'role'],
    [
      'an unknown role among others, first or last',
      { role: 'title' },
      { title: ['end-user', 'agnet'] },
      'ROLE_UNKNOWN',
      'role',
    ],
    [
      'several addresses that are none',
      { email: 'mail' },
      { mail: ['no address', 'none'] },
      'EMAIL_MALFORMED',
      'email',
    ],
    ['no boolean', { verified: 'x' }, { x: ['perhaps'] }, 'BOOLEAN_UNREADABLE', 'verified'],
    ['a failing expression', { alias: { expression: '$uppercase(1)' } }, {}, 'EXPRESSION_FAILED', 'alias'],
    ['a long user field', { user_fields: { a: 'x' } }, { x: ['x'.repeat(70_000)] }, 'VALUE_TOO_LONG', 'user_fields.a'],
  ])('%s', async (_what, map, attributes, code, attribute) => {
    const mapped = await mapOne({ ...base, ...map }, { ...ada, ...attributes })

    expect(mapped).toMatchObject({ kind: 'rejected', problems: [{ code, attribute }] })
  })

  it('and never tells a masked value', async () => {
    const map = { ...base, user_fields: { pin: { from: 'pin', masked: true } } }

    const mapped = await mapOne(map, { ...ada, pin: ['secret\u0007'] })

    expect(JSON.stringify(mapped.problems)).not.toContain('secret')
    expect(mapped.problems[0]?.what).toContain('***')
  })
})

it('takes the default and reports it when an expression fails', async () => {
  const mapped = await mapOne({ ...base, alias: { expression: '$uppercase(1)', default: 'nobody' } }, ada)

  expect(mapped).toMatchObject({ attributes: { alias: 'nobody' }, problems: [{ code: 'EXPRESSION_FAILED' }] })
})

it('keeps an unreadable status apart from enabled and disabled', async () => {
  const mapped = await mapOne(base, ada, { status: { attribute: 'userAccountControl', bit: 2 } })

  expect(mapped).toMatchObject({
    kind: 'mapped',
    disabled: 'unknown',
    problems: [{ code: 'STATUS_UNREADABLE', attribute: 'userAccountControl' }],
  })
})

describe('fills the external id', () => {
  it.each([
    ['from the directory id', {}, 'directoryId', 'ada'],
    ['from the mapped attribute', { external_id: 'employeeNumber' }, 'directoryId', 'e12'],
    ['not at all when switched off', {}, 'none', undefined],
    ['not at all when the mapped attribute is empty', { external_id: 'title' }, 'directoryId', undefined],
  ] as const)('%s', async (_what, map, externalId, expected) => {
    const mapped = await mapOne({ ...base, ...map }, { ...ada, employeenumber: ['e12'] }, { externalId })

    expect(mapped.kind === 'mapped' && mapped.attributes['external_id']).toBe(expected)
  })
})

describe('names the attributes to read', () => {
  it.each([
    [{ ...base, name: { from: ['displayName', 'cn', 'dn'] } }, ['cn', 'displayname', 'mail', 'memberof']],
    [{ ...base, notes: { expression: 'roomNumber & ou' } }, ['cn', 'mail', 'memberof', 'ou', 'roomnumber']],
  ])('of %j, with those of the status, the expiry and the object class', (map, names) => {
    const status = { attribute: 'status', disabledWhen: ['x'], whenAbsent: 'enabled' }
    const always = ['status', 'shadowexpire', 'krbprincipalexpiration', 'objectclass']

    expect(mappingOf(map, { status }).attributesToRead).toEqual([...names, ...always].sort())
  })

  it('all of them for an expression that may read any', () => {
    const map = { ...base, notes: { expression: '$keys($)' } }

    expect(mappingOf(map).attributesToRead).toEqual(['*', '+'])
  })
})

it('refuses a mapping with all its mistakes at once', () => {
  const map = {
    ...base,
    notes: { default: 'x'.repeat(70_000) },
    alias: { expression: '$now()' },
    user_fields: { f: { expression: 'cn & $random()' } },
  }

  const compile = (): unknown => mappingOf(map)

  expect(compile).toThrow(MappingConfigError)
  expect(compile).toThrow(/alias, character 4[^]*notes: [^]*user_fields\.f, character 12/)
})

it('says of an entry without an address that is no person what it is', async () => {
  const group = await mapOne(base, { cn: ['Team'], objectclass: ['top', 'groupOfNames'] })
  const person = await mapOne(base, { cn: ['Ada'], objectclass: ['top', 'inetOrgPerson'] })

  expect(group.problems.map(({ what, todo }) => `${what}. ${todo}`)).toEqual([
    expect.stringMatching(/is no person \(groupOfNames\), and has no mail address\. Leave it out/),
  ])
  expect(person.problems[0]?.what).toMatch(/none of the mapped directory attributes/)
})
