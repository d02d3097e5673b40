import { describe, expect, it } from 'vitest'
import { changedAttributes, valueOf, withValue } from './changed-attributes.ts'

describe('changedAttributes', () => {
  it.each([
    [{ name: 'a' }, { name: 'b' }, ['name']],
    [{ name: 'a' }, { name: null }, ['name']],
    [{ name: 'a' }, {}, ['name']],
    [{ name: 'a' }, { name: 'a', phone: '1' }, []],
    [{ phone: null }, { phone: 'a' }, ['phone']],
    [{ phone: null }, { phone: '' }, []],
    [{ phone: null }, {}, []],
    [{ tags: [] }, { tags: null }, []],
    [{ email: 'Jo@x.org' }, { email: 'jo@X.org' }, []],
    [{ name: 'Jo' }, { name: 'jo' }, ['name']],
    [{ tags: ['b', 'a'] }, { tags: ['a', 'b'] }, []],
    [{ tags: ['b'] }, { tags: ['a', 'b'] }, ['tags']],
    [{ verified: false }, { verified: true }, ['verified']],
    [{ verified: false }, {}, ['verified']],
    [{ user_fields: { a: '1', b: '2' } }, { user_fields: { a: '1', b: '3', c: '4' } }, ['user_fields.b']],
    [{ user_fields: { a: '1' } }, {}, ['user_fields.a']],
    [{ b: 1, a: 1 }, {}, ['a', 'b']],
  ])('between %j and %j are %j', (desired, applied, names) => {
    expect(changedAttributes(desired, applied)).toEqual(names)
  })
})

describe('An attribute by its changed name', () => {
  const attributes = { name: 'Ada', user_fields: { floor: '3', desk: null } }

  it.each([
    ['name', 'Ada'],
    ['user_fields.floor', '3'],
    ['user_fields.desk', null],
    ['user_fields.none', undefined],
    ['phone', undefined],
  ])('%s is read', (name, value) => expect(valueOf(attributes, name)).toBe(value))

  it.each([
    ['name', 'Bo', { name: 'Bo', user_fields: { floor: '3', desk: null } }],
    ['name', undefined, { user_fields: { floor: '3', desk: null } }],
    ['user_fields.floor', '4', { name: 'Ada', user_fields: { floor: '4', desk: null } }],
    ['user_fields.floor', undefined, { name: 'Ada', user_fields: { desk: null } }],
  ])('%s is set to %j in a copy', (name, value, expected) => {
    expect(withValue(attributes, name, value)).toEqual(expected)
    expect(attributes).toEqual({ name: 'Ada', user_fields: { floor: '3', desk: null } })
  })
})
