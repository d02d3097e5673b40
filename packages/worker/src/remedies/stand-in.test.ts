import { describe, expect, it } from 'vitest'
import { isStandIn, standInsFor } from './stand-in.ts'

describe('isStandIn', () => {
  it.each([
    ['email', 'moving-7@moving.invalid', true],
    ['email', 'Moving-7@Example.com', true],
    ['email', 'ada.king+moving-7@acme.example', true],
    ['email', 'moving-77@moving.invalid', false],
    ['email', 'ada+moving-77@acme.example', false],
    ['email', 'moving-7@acme.example', false],
    ['email', 'ada@example.com', false],
    ['google', 'moving-7@moving.invalid', false],
  ])('%s %s is one of user 7: %s', (type, value, is) => {
    expect(isStandIn({ type, value }, 7)).toBe(is)
  })

  it('knows those that are made', () => {
    expect(standInsFor(7).map((value) => isStandIn({ type: 'email', value }, 7))).toEqual([true, true])
  })
})
