import { describe, expect, it } from 'vitest'
import { encodeDirectoryId, membershipId } from '../entity.ts'
import { formatEntityMember, formatHeldKey, parseEntityMember, parseHeldKey } from './entity-member.ts'

describe('An entity’s member', () => {
  it.each([
    ['user|3f2a', { kind: 'user', id: '3f2a' }],
    ['group|a|b', { kind: 'group', id: 'a|b' }],
    ['membership|g~u', { kind: 'membership', id: membershipId('g', 'u') }],
    ['user|a%7Cb', { kind: 'user', id: encodeDirectoryId('a|b') }],
  ] as const)('%s is read back', (member, entity) => {
    expect(formatEntityMember(entity)).toBe(member)
    expect(parseEntityMember(member)).toEqual(entity)
  })
})

describe('A held change’s key', () => {
  it.each([
    ['user|3f2a', { kind: 'user', id: '3f2a', part: undefined }],
    ['user|3f2a|phone', { kind: 'user', id: '3f2a', part: 'phone' }],
    [
      'user|a%7Cb|user_fields.cost_center',
      { kind: 'user', id: encodeDirectoryId('a|b'), part: 'user_fields.cost_center' },
    ],
    ['group|g|link', { kind: 'group', id: 'g', part: 'link' }],
    ['membership|g~u', { kind: 'membership', id: membershipId('g', 'u'), part: undefined }],
  ] as const)('%s is read back', (key, named) => {
    expect(formatHeldKey(named)).toBe(key)
    expect(parseHeldKey(key)).toEqual(named)
  })
})
