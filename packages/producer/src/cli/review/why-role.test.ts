import { expect, it } from 'vitest'
import type { AttributeTrace } from '../../mapping/trace.ts'
import { whyRole } from './why-role.ts'

const groups = new Map([['cn=leads,dc=acme', 'CN=Leads,DC=acme']])
const role = (steps: AttributeTrace['steps'], more: Partial<AttributeTrace> = {}): AttributeTrace => ({
  attribute: 'role',
  steps,
  outcome: 'set',
  result: '"agent"',
  ...more,
})

it.each<[string, AttributeTrace[], string]>([
  [
    'a group',
    [role([{ step: 'in group cn=leads,dc=acme', values: ['"agent"'] }])],
    'role agent: in group CN=Leads,DC=acme',
  ],
  [
    'the directory',
    [
      role([
        { step: 'read title', values: ['"A"'] },
        { step: 'lower case', values: ['"a"'] },
      ]),
    ],
    'role agent: read title',
  ],
  [
    'the default',
    [
      role([
        { step: 'read title', values: [] },
        { step: 'default', values: ['"agent"'] },
      ]),
    ],
    'role agent: default',
  ],
  [
    'another attribute',
    [role([], { why: 'a custom role makes its bearer an agent' })],
    'role agent: a custom role makes its bearer an agent',
  ],
  [
    'a custom role',
    [role([], { attribute: 'custom_role', result: '"Lead"', steps: [{ step: 'expression', values: ['"Lead"'] }] })],
    'custom role Lead: expression',
  ],
  [
    'nothing',
    [role([], { outcome: 'left alone' })],
    'the directory says nothing of their role: it was given in Zendesk',
  ],
  [
    'a refusal',
    [role([], { outcome: 'left alone', why: 'ROLE_ADMIN_NOT_ALLOWED: no' })],
    'role is left alone: ROLE_ADMIN_NOT_ALLOWED: no',
  ],
  ['no mapping', [], 'the directory says nothing of their role: it was given in Zendesk'],
])('a role comes of %s', (_what, traces, why) => {
  expect(whyRole(traces, groups)).toBe(why)
})
