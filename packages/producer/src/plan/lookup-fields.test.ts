import { describe, expect, it } from 'vitest'
import type { Lookups } from '../mapping/resolve-names.ts'
import { answeredResolution, resolutionOf, settleLookups, withResolution, type Named } from './lookup-fields.ts'
import type { WantedUser } from './wanted-user.ts'

const NAMED: Readonly<Record<string, Named>> = { ada: 17, bob: 18, cid: 'waits', dan: 'nobody' }
const nameOf = (value: string) => NAMED[value]!

function wanted(lookups: Lookups): WantedUser {
  return {
    id: '1',
    dn: 'uid=eve',
    email: 'eve@example.org',
    disabled: false,
    attributes: { name: 'Eve', user_fields: { floor: '7' } },
    empty: [],
    createOnly: [],
    tagsMode: 'merge',
    lookups,
  }
}

describe('a lookup field is settled', () => {
  it.each([
    [['ada'], { floor: '7', manager: '17' }, undefined, []],
    [['ada', 'bob'], { floor: '7', manager: '17' }, ['18'], []],
    [['ada', 'ada'], { floor: '7', manager: '17' }, undefined, []],
    [['cid', 'ada'], { floor: '7', manager: '17' }, undefined, []],
    [['dan', 'ada'], { floor: '7', manager: '17' }, undefined, []],
    [['cid'], { floor: '7' }, undefined, []],
    [['cid', 'dan'], { floor: '7' }, undefined, []],
    [['dan'], { floor: '7' }, undefined, ['user_fields.manager']],
  ])('by %j', (values, fields, others, empty) => {
    const settled = settleLookups(wanted({ 'user_fields.manager': values }), nameOf, {
      clears: () => true,
      before: undefined,
    })

    expect(settled).toEqual({
      ...wanted({}),
      lookups: undefined,
      attributes: { name: 'Eve', user_fields: fields },
      empty,
      ...(others && { alternatives: { 'user_fields.manager': others } }),
    })
  })

  it('and kept where whenEmpty says so, though it names nobody', () => {
    const settled = settleLookups(wanted({ 'user_fields.manager': ['dan'] }), nameOf, {
      clears: () => false,
      before: undefined,
    })

    expect(settled.empty).toEqual([])
  })
})

describe('a field has only waited', () => {
  it.each([
    [undefined, undefined],
    ['18;-', ['user_fields.secretary']],
    ['-;-', ['user_fields.manager', 'user_fields.secretary']],
    ['0,-;0', ['user_fields.manager']],
    ['-,18;-', ['user_fields.secretary']],
    ['0;17', undefined],
    ['', undefined],
  ])('when it was answered as %j', (before, awaited) => {
    const lookups = { 'user_fields.manager': ['ada'], 'user_fields.secretary': ['bob'] }

    expect(settleLookups(wanted(lookups), nameOf, { clears: () => true, before }).awaited).toEqual(awaited)
  })

  it('not when it waits still', () => {
    const settled = settleLookups(wanted({ 'user_fields.manager': ['cid'] }), nameOf, {
      clears: () => true,
      before: '-',
    })

    expect(settled.awaited).toBeUndefined()
  })
})

describe('whom an entry names stands beside its fingerprint', () => {
  it('as one text, in the order of fields and values', () => {
    const lookups = { 'user_fields.manager': ['ada', 'cid'], 'user_fields.secretary': ['dan'] }

    expect(resolutionOf(lookups, nameOf)).toBe('17,-;0')
  })

  it.each([
    [withResolution('print', '17;-'), '17;-'],
    [withResolution('print', ''), ''],
    [withResolution('prints', '17'), undefined],
    ['print', undefined],
    ['absent', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('and is read from %j', (answered, resolution) => {
    expect(answeredResolution(answered, 'print')).toBe(resolution)
  })
})
