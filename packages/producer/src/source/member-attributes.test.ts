import { describe, expect, it } from 'vitest'
import { attributesOf, demandedOf } from './member-attributes.ts'

const source = (group?: string | string[] | false, type: 'openldap' | '389ds' = 'openldap') =>
  ({ type, membership: { group, user: 'memberOf' } }) as Parameters<typeof attributesOf>[1]

describe('attributesOf', () => {
  it.each([
    [['top', 'groupOfNames'], ['member']],
    [['groupOfEntries'], ['member']],
    [['groupOfMembers'], ['member']],
    [['top', 'group'], ['member']],
    [['GROUPOFUNIQUENAMES'], ['uniqueMember']],
    [['posixGroup'], ['memberUid']],
    [['groupOfURLs'], ['memberURL']],
    [
      ['posixGroup', 'groupOfNames'],
      ['memberUid', 'member'],
    ],
    [['acmeTeam'], ['member', 'uniqueMember', 'memberUid', 'memberURL']],
  ])('of a group of %s', (classes, expected) => {
    expect(attributesOf(classes, source())).toEqual(expected)
  })

  it.each([
    ['one', 'uniqueMember', ['uniqueMember']],
    ['a list', ['member', 'memberUid'], ['member', 'memberUid']],
    ['none', false, []],
  ] as const)('are those of the configuration: %s', (_what, group, expected) => {
    expect(attributesOf(['groupOfNames'], source(group as string | string[] | false))).toEqual(expected)
  })
})

describe('demandedOf', () => {
  it.each([
    ['what the standard demands', ['groupOfNames', 'posixGroup'], source(), ['member']],
    ['of both classes', ['groupOfNames', 'groupOfUniqueNames'], source(), ['member', 'uniqueMember']],
    ['nothing of a class that may be empty', ['posixGroup'], source(), []],
    ['nothing where the server does not hold to it', ['groupOfNames'], source(undefined, '389ds'), []],
    ['nothing that was not looked for', ['groupOfNames'], source('memberUid'), []],
  ])('is %s', (_what, classes, from, expected) => {
    expect(demandedOf(classes, from)).toEqual(expected)
  })
})
