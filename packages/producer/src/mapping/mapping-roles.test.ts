import { describe, expect, it } from 'vitest'

import { explainOne, mapOne } from './mapping.fixture.ts'

const base = { email: 'mail', name: 'cn' }
const ada = { mail: ['Ada@example.org'], cn: ['Ada'] }

describe('chooses roles by group', () => {
  const map = {
    ...base,
    role: {
      byGroup: { 'cn=b,dc=org': 'admin', 'cn=a,dc=org': 'agent' },
      from: 'title',
      default: 'end-user',
      allowAdmin: true,
    },
    custom_role: { byGroup: { 'cn=lead,dc=org': 'Team lead' } },
  }

  it.each([
    [['cn=a,dc=org'], { role: 'agent' }],
    [['cn=a,dc=org', 'cn=b,dc=org'], { role: 'admin' }],
    [['cn=lead,dc=org'], { role: 'agent', custom_role: 'Team lead' }],
    [['cn=lead,dc=org', 'cn=b,dc=org'], { role: 'admin' }],
    [[], { role: 'end-user' }],
  ])('%j gives %j', async (groups, roles) => {
    const mapped = await mapOne(map, ada, { groups })

    const { role, custom_role } = mapped.kind === 'mapped' ? mapped.attributes : {}
    expect({ role, custom_role }).toEqual({ custom_role: undefined, ...roles })
  })
})

describe('makes nobody an admin unless role.allowAdmin says so', () => {
  it.each([
    ['by a constant', { default: 'admin' }, {}],
    ['by a group', { byGroup: { 'cn=b,dc=org': 'admin' }, default: 'end-user' }, {}],
    ['by an attribute', { from: 'title', case: 'lower' }, { title: ['Admin'] }],
    ['by an expression', { expression: 'title = "boss" ? "admin" : "agent"' }, { title: ['boss'] }],
  ])('%s', async (_how, role, more) => {
    const around = { groups: ['cn=b,dc=org'] }

    const mapped = await mapOne({ ...base, role }, { ...ada, ...more }, around)
    const allowed = await mapOne({ ...base, role: { ...role, allowAdmin: true } }, { ...ada, ...more }, around)

    expect(mapped).toMatchObject({ kind: 'mapped', problems: [{ code: 'ROLE_ADMIN_NOT_ALLOWED', attribute: 'role' }] })
    expect(mapped.kind === 'mapped' && mapped.attributes).not.toHaveProperty('role')
    expect(allowed).toMatchObject({ kind: 'mapped', attributes: { role: 'admin' }, problems: [] })
  })

  it('and says so when it is explained', async () => {
    const { attributes, problems } = await explainOne({ ...base, role: { default: 'admin' } }, ada)

    expect(problems).toMatchObject([
      { code: 'ROLE_ADMIN_NOT_ALLOWED', todo: expect.stringContaining('allowAdmin: true') },
    ])
    expect(attributes.find(({ attribute }) => attribute === 'role')).toMatchObject({
      outcome: 'left alone',
      why: expect.stringContaining('ROLE_ADMIN_NOT_ALLOWED'),
    })
  })
})
