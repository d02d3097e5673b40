import { describe, expect, it } from 'vitest'
import { importAttributes } from './import-attributes.ts'
import { Field, type Channel } from './export-file.ts'
import { suggestExpression } from './suggest-expression.ts'
import { Report } from './report.ts'

function imported(fields: Readonly<Record<string, object>>) {
  const report = new Report()
  const attributeMapping = Object.entries(fields).map(([fieldName, info]) => ({
    fieldName,
    saasFieldInfo: Field.parse(info),
  }))
  const attributes = importAttributes({ name: 'Staff', attributeMapping } as unknown as Channel, report, '')
  return { attributes, options: report.options }
}

describe('a field of the attribute mapping', () => {
  it.each<[string, object, string, unknown]>([
    ['phone', { attributeNames: ['mobile'] }, 'phone', 'mobile'],
    ['name', { attributeNames: ['cn'], trim: true, parser: 'NONE', characterCase: 'NONE' }, 'name', 'cn'],
    [
      'alias',
      { attributeNames: ['mail'], parser: 'EXTRACT_USERNAME_FROM_EMAIL', characterCase: 'UPPER' },
      'alias',
      { from: 'mail', parse: 'user-from-email', case: 'upper' },
    ],
    [
      'notes',
      { attributeNames: ['manager'], parser: 'EXTRACT_CN_FROM_DN' },
      'notes',
      { from: 'manager', parse: 'cn-from-dn' },
    ],
    [
      'phone',
      { attributeNames: ['mobile'], createOnly: true, masked: true },
      'phone',
      { from: 'mobile', createOnly: true, masked: true },
    ],
    ['custom_role_id', { defaultValue: '4711' }, 'custom_role', { default: '4711' }],
    ['organization_id', { attributeNames: ['o'] }, 'organization', 'o'],
    ['locale_id', { defaultValue: '8' }, 'locale', { default: '8' }],
    ['verified', { defaultValue: 'True' }, 'verified', { default: true }],
    ['tags', { defaultValue: 'vip, staff' }, 'tags', { default: ['vip', 'staff'] }],
    ['role', { attributeNames: ['title'], defaultValue: 'Agent' }, 'role', { from: 'title', default: 'agent' }],
    ['role', { defaultValue: 'admin' }, 'role', { default: 'admin', allowAdmin: true }],
  ])('%s %j is mapped', (fieldName, info, name, mapping) => {
    expect(imported({ [fieldName]: info }).attributes).toEqual([{ name, mapping }])
  })

  it('that computes its value becomes a suggestion, and something to do', () => {
    const expression = '#this.get("givenName") + " " + #this.get("sn")'

    const { attributes, options } = imported({
      name: { attributeNames: ['givenName', 'sn'], expression, masked: true },
    })

    expect(attributes).toEqual([
      { name: 'name', mapping: { expression: 'givenName & " " & sn', masked: true }, ognl: expression },
    ])
    expect(options.filter(({ became }) => became === 'to do').map(({ key }) => key)).toEqual([
      'users.map.name',
      'users.map.email',
    ])
  })

  it('that is nothing of Zendesk’s, or not mapped, is left out, and the former is told', () => {
    const { attributes, options } = imported({
      email: { attributeNames: ['mail'] },
      shoe: { defaultValue: '7' },
      notes: {},
    })

    expect(attributes.map(({ name }) => name)).toEqual(['email'])
    expect(options.filter(({ became }) => became === 'lacking').map(({ option }) => option)).toEqual([
      'attributeMapping.shoe',
    ])
  })
})

it.each([
  ['#this.get("givenName") + " " + #this.get("sn")', [], 'givenName & " " & sn'],
  ['"x-" + #this.get(\'employee-id\').toString()', [], '"x-" & `employee-id`'],
  ['#this.get("cn").toUpperCase()', ['cn'], 'cn'],
  ['#a ? "x" : "y"', ['givenName', 'sn'], 'givenName & " " & sn'],
  ['@com.acme.Names@of(#this)', [], '""'],
])('the OGNL %s begins as JSONata', (ognl, attributes, suggestion) => {
  expect(suggestExpression(ognl, attributes)).toBe(suggestion)
})
