import { describe, expect, it } from 'vitest'

import { Catalogue } from './catalogue.ts'
import { ManagedGroups } from './managed-groups.ts'
import { mapped } from './mapped-user.fixture.ts'
import { resolveNames, type Catalogues } from './resolve-names.ts'
import { UserFields } from './user-fields.ts'

const catalogues: Catalogues = {
  organizations: new Catalogue([
    ['Acme', 7],
    ['8', 9],
  ]),
  customRoles: new Catalogue([
    ['Team lead', 11],
    ['Administrator', 12],
  ]),
  brands: new Catalogue([
    ['Acme', 21],
    ['acme-shop', 21],
    ['Globex', 20],
  ]),
  defaultGroups: new Catalogue([
    ['Support', 31],
    ['Night shift', 32],
  ]),
  managedGroups: new ManagedGroups([
    { names: ['Sales', 'Vertrieb'], zendeskId: 33 },
    { names: ['night shift'], zendeskId: 34 },
    { names: ['Planned'], zendeskId: null },
  ]),
  adminRoles: new Set([12]),
  locales: new Catalogue([
    ['de', 8],
    ['Deutsch', 8],
  ]),
}

describe('finds ids by name or id', () => {
  it.each([
    [{ organization: 'ACME ' }, { organization_id: 7 }],
    [{ organization: '7' }, { organization_id: 7 }],
    [{ organization: '8' }, { organization_id: 9 }],
    [
      { role: 'agent', custom_role: 'team lead' },
      { role: 'agent', custom_role_id: 11 },
    ],
    [{ locale: 'DE' }, { locale_id: 8 }],
    [{ locale: 'deutsch' }, { locale_id: 8 }],
    [{ brands: ['globex', '21', 'ACME-shop'] }, { agent_brand_ids: [20, 21] }],
    [{ brands: [] }, { agent_brand_ids: [] }],
    [{ organizations: ['acme', '8'] }, { organization_ids: [7, 9] }],
    [{ default_group: 'support' }, { default_group_id: 31 }],
    [{ default_group: '32' }, { default_group_id: 32 }],
    [{ default_group: ' vertrieb ' }, { default_group_id: 33 }],
    [{ default_group: 'Night Shift' }, { default_group_id: 34 }],
    [{ default_group: 'planned', alias: 'a' }, { alias: 'a' }],
    [{ alias: 'Acme' }, { alias: 'Acme' }],
  ])('%j becomes %j', (attributes, resolved) => {
    const result = resolveNames(mapped(attributes), catalogues, { missingOrganization: 'report', allowAdmin: false })

    expect(result.attributes).toEqual(resolved)
    expect(result.problems).toEqual([])
  })
})

describe('leaves alone and reports what it does not know', () => {
  it.each([
    [{ organization: 'Akme', alias: 'a' }, { alias: 'a' }, 'ORGANIZATION_UNKNOWN'],
    [{ organization: '12' }, {}, 'ORGANIZATION_UNKNOWN'],
    [{ role: 'agent', custom_role: 'Boss' }, {}, 'CUSTOM_ROLE_UNKNOWN'],
    [{ locale: 'klingon' }, {}, 'LOCALE_UNKNOWN'],
    [{ default_group: 'Suport', alias: 'a' }, { alias: 'a' }, 'DEFAULT_GROUP_UNKNOWN'],
    [{ role: 'agent', custom_role: 'administrator' }, {}, 'ROLE_ADMIN_NOT_ALLOWED'],
    [{ role: 'agent', custom_role: '12' }, {}, 'ROLE_ADMIN_NOT_ALLOWED'],
  ])('%j', (attributes, resolved, code) => {
    const result = resolveNames(mapped(attributes), catalogues, { missingOrganization: 'report', allowAdmin: false })

    expect(result.attributes).toEqual(resolved)
    expect(result.problems).toMatchObject([{ code, id: 'ada', dn: 'cn=Ada', subject: 'user' }])
    expect(result.organizationsToCreate).toEqual([])
  })

  it('a user field of an entry that names nothing else', () => {
    const known = { ...catalogues, userFields: new UserFields([{ key: 'floor', type: 'integer', active: true }]) }
    const policy = { missingOrganization: 'report', allowAdmin: false } as const
    const fields = { floor: '7', wing: 'north' }
    const result = resolveNames(mapped({ alias: 'a', user_fields: fields }), known, policy)

    expect(result.attributes).toEqual({ alias: 'a', user_fields: { floor: '7' } })
    expect(resolveNames(mapped({ user_fields: { floor: 'top' } }), known, policy).problems).toMatchObject([
      { code: 'USER_FIELD_VALUE', attribute: 'user_fields.floor' },
    ])
  })

  it('does not tell a masked name', () => {
    const result = resolveNames(mapped({ organization: 'Secret' }, { masked: ['organization'] }), catalogues, {
      missingOrganization: 'report',
      allowAdmin: false,
    })

    expect(JSON.stringify(result.problems)).not.toContain('Secret')
    expect(result.masked).toEqual(['organization_id'])
  })
})

it('takes an admin’s own role where the mapping may make admins', () => {
  const user = mapped({ role: 'agent', custom_role: 'Administrator' })

  const result = resolveNames(user, catalogues, { missingOrganization: 'report', allowAdmin: true })

  expect(result).toMatchObject({ attributes: { role: 'agent', custom_role_id: 12 }, problems: [] })
})

it('lists a missing organization for creation when it may be created', () => {
  const result = resolveNames(mapped({ organization: 'Akme' }), catalogues, {
    missingOrganization: 'create',
    allowAdmin: false,
  })

  expect(result).toMatchObject({ attributes: { organization: 'Akme' }, organizationsToCreate: ['Akme'], problems: [] })
})

it('renames what is to be cleared or set once', () => {
  const names = ['organization', 'custom_role', 'locale', 'notes']

  const result = resolveNames(mapped({}, { empty: names, createOnly: names }), catalogues, {
    missingOrganization: 'report',
    allowAdmin: false,
  })

  const ids = ['organization_id', 'custom_role_id', 'locale_id', 'notes']
  expect(result).toMatchObject({ empty: ids, createOnly: ids })
})

it.each([
  // first, further values → attribute, further values, problem
  ['Acme', ['8'], { organization_id: 7 }, { organization_id: [9] }, undefined],
  ['Nowhere', ['8', 'Acme'], { organization_id: 9 }, { organization_id: [7] }, undefined],
  ['acme', ['ACME'], { organization_id: 7 }, undefined, undefined],
  ['Nowhere', ['Elsewhere'], {}, undefined, "Zendesk has no organization 'Elsewhere'"],
])('of several organizations, %s first, then %j, one that is known counts', (first, others, attributes, rest, what) => {
  const user = mapped({ organization: first }, { alternatives: { organization: others } })

  const resolved = resolveNames(user, catalogues, { missingOrganization: 'report', allowAdmin: false })

  expect([resolved.attributes, resolved.alternatives, resolved.problems[0]?.what]).toEqual([attributes, rest, what])
})

it('leaves several unknown organizations to be created as they stand', () => {
  const user = mapped({ organization: 'Nowhere' }, { alternatives: { organization: ['Elsewhere'] } })

  expect(resolveNames(user, catalogues, { missingOrganization: 'create', allowAdmin: false })).toMatchObject({
    attributes: { organization: 'Nowhere' },
    alternatives: { organization: ['Elsewhere'] },
    organizationsToCreate: ['Nowhere'],
  })
})

it('leaves alone what the account does not let be read, with the role that comes with it, and reports nobody for it', () => {
  const withheld = {
    organizations: undefined,
    customRoles: undefined,
    locales: undefined,
    brands: undefined,
    defaultGroups: undefined,
    adminRoles: new Set<number>(),
  }
  const user = mapped(
    { organization: 'Acme', role: 'agent', custom_role: 'Team lead', locale: 'de', brands: ['Acme'], alias: 'a' },
    { alternatives: { organization: ['Akme'], role: ['end-user'], alias: ['b'] } },
  )

  expect(resolveNames(user, withheld, { missingOrganization: 'create', allowAdmin: false })).toMatchObject({
    attributes: { alias: 'a' },
    alternatives: { alias: ['b'] },
    problems: [],
    organizationsToCreate: [],
    unread: ['organizations', 'customRoles', 'locales', 'brands'],
  })
})

it.each([
  [['Acme', 'Globe'], [21], ["Zendesk has no brand 'Globe'"], "('Globex' is there)"],
  [['Nobody’s'], [], ["Zendesk has no brand 'Nobody’s'"], 'or correct the value or its mapping'],
])('tells the unknown among brands %j, and says that the others are not all', (brands, ids, what, advice) => {
  const result = resolveNames(mapped({ brands }), catalogues, { missingOrganization: 'report', allowAdmin: false })

  expect(result).toMatchObject({ attributes: { agent_brand_ids: ids }, partial: ['agent_brand_ids'] })
  expect(result.problems.map((problem) => problem.what)).toEqual(what)
  expect(result.problems[0]?.todo).toContain(advice)
})

it('leaves more organizations alone than Zendesk takes', () => {
  const organizations = Array.from({ length: 301 }, (_, at) => `O${at}`)
  const result = resolveNames(mapped({ organizations }), catalogues, {
    missingOrganization: 'report',
    allowAdmin: false,
  })

  expect(result.attributes).toEqual({})
  expect(result.problems.map(({ code, what }) => `${code} ${what}`)).toEqual([
    'VALUES_TOO_MANY The entry has 301 values, and Zendesk takes 300: the attribute stays what it is in Zendesk',
  ])
})
