import { expect, it } from 'vitest'

import { explainOne } from './mapping.fixture.ts'

it('tells each step of each attribute, and never a masked value', async () => {
  const map = {
    email: 'mail',
    name: { from: ['displayName', 'cn'] },
    alias: { from: 'mail', parse: 'user-from-email', case: 'lower' },
    role: { default: 'end-user' },
    custom_role: { byGroup: { 'cn=lead,dc=org': 'Team lead' } },
    phone: { from: 'telephoneNumber', whenEmpty: 'clear' },
    verified: 'title',
    user_fields: { pin: { from: 'pin', masked: true, case: 'upper' } },
  }
  const attributes = { mail: [' Ada@example.org'], cn: ['Ada'], title: ['perhaps'], pin: ['secret'] }

  const explained = await explainOne(map, attributes, { groups: ['cn=lead,dc=org'] })

  expect(explained.kind).toBe('rejected')
  expect(explained.attributes).toEqual([
    {
      attribute: 'email',
      outcome: 'set',
      result: '"Ada@example.org"',
      steps: [
        { step: 'read mail', values: ['" Ada@example.org"'] },
        { step: 'trim', values: ['"Ada@example.org"'] },
      ],
    },
    { attribute: 'name', outcome: 'set', result: '"Ada"', steps: [{ step: 'read cn', values: ['"Ada"'] }] },
    {
      attribute: 'alias',
      outcome: 'set',
      result: '"ada"',
      steps: [
        { step: 'read mail', values: ['" Ada@example.org"'] },
        { step: 'parse user-from-email', values: ['" Ada"'] },
        { step: 'trim', values: ['"Ada"'] },
        { step: 'lower case', values: ['"ada"'] },
      ],
    },
    {
      attribute: 'role',
      outcome: 'set',
      result: '"agent"',
      why: 'a custom role makes its bearer an agent',
      steps: [{ step: 'default', values: ['"end-user"'] }],
    },
    {
      attribute: 'custom_role',
      outcome: 'set',
      result: '"Team lead"',
      steps: [{ step: 'in group cn=lead,dc=org', values: ['"Team lead"'] }],
    },
    { attribute: 'phone', outcome: 'clear', steps: [{ step: 'read telephonenumber', values: [] }] },
    {
      attribute: 'verified',
      outcome: 'left alone',
      steps: [{ step: 'read title', values: ['"perhaps"'] }],
      why: "BOOLEAN_UNREADABLE: 'perhaps' is neither true, 1 or yes nor false, 0 or no",
    },
    {
      attribute: 'user_fields.pin',
      outcome: 'set',
      result: '***',
      steps: [
        { step: 'read pin', values: ['***'] },
        { step: 'upper case', values: ['***'] },
      ],
    },
  ])
})

it('tells why an entry is rejected', async () => {
  const explained = await explainOne({ email: 'mail', name: 'cn' }, { mail: [Buffer.from([255])] })

  expect(explained).toMatchObject({
    kind: 'rejected',
    problems: [{ code: 'VALUE_BINARY' }, { code: 'NAME_MISSING' }],
    attributes: [
      { steps: [{ step: 'read mail', values: ['<1 bytes>'] }], outcome: 'left alone' },
      { outcome: 'left alone' },
    ],
  })
})

it('tells that a value is one of several, and which others there are', async () => {
  const attributes = { mail: ['zed@example.org', 'abe@example.org'], cn: ['Zed'], pin: ['1', '2'] }
  const map = { email: 'mail', name: 'cn', user_fields: { pin: { from: 'pin', masked: true } } }

  const explained = await explainOne(map, attributes)

  const step = 'one of several: the one that Zendesk holds stays, else the first'
  expect(explained.attributes).toMatchObject([
    { result: '"zed@example.org"', steps: [{}, { step, values: ['"zed@example.org"', '"abe@example.org"'] }] },
    { result: '"Zed"' },
    { result: '***', steps: [{}, { step, values: ['***', '***'] }] },
  ])
})
