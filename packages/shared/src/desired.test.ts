import { describe, expect, it } from 'vitest'
import { canonicalJson, fingerprint } from './desired.ts'

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ b: { d: 1, c: [{ f: 1, e: 2 }] } }, '{"b":{"c":[{"e":2,"f":1}],"d":1}}'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [['b', 'a'], '["b","a"]'],
    ['text', '"text"'],
    [JSON.parse('{"__proto__":{"b":1,"a":2},"10":1,"9":2}'), '{"9":2,"10":1,"__proto__":{"a":2,"b":1}}'],
  ])('writes %j as %s', (value, text) => expect(canonicalJson(value)).toBe(text))
})

describe('fingerprint', () => {
  it('is the same for equal objects, whatever the order of their keys', () => {
    expect(fingerprint({ name: 'Ada', tags: ['a'] })).toBe(fingerprint({ tags: ['a'], name: 'Ada' }))
  })

  it.each([
    [{ name: 'Ada' }, { name: 'ada' }],
    [{ tags: ['a', 'b'] }, { tags: ['b', 'a'] }],
    [{ phone: null }, {}],
    [{ phone: '1' }, { phone: 1 }],
  ])('differs for %j and %j', (one, other) => expect(fingerprint(one)).not.toBe(fingerprint(other)))

  it('is 22 characters that may stand anywhere', () => {
    expect(fingerprint({})).toMatch(/^[\w-]{22}$/)
  })

  // Ledgers hold them: were they others, an admin's rejection would be about nothing any more.
  it.each([
    ['hello', 'Wqdirjg_u3J688ejbUlApb'],
    [{ b: { c: 'ü' }, a: [1, null] }, '9N147xx3kMHDQ_c9V84syL'],
  ])('of %j stays what it was', (value, print) => expect(fingerprint(value)).toBe(print))
})
