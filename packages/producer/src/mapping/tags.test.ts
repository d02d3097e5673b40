import { expect, it } from 'vitest'

import { normaliseTags } from './tags.ts'

it.each([
  [
    ['Second Level', 'VIP'],
    ['second_level', 'vip'],
  ],
  [['VIP', 'vip', ' Vip '], ['vip']],
  [
    ['b', 'a'],
    ['a', 'b'],
  ],
  [['a, b'], ['a_b']],
  [['a\tb'], ['a_b']],
  [['Größe/1:2-3'], ['größe/1:2-3']],
])('makes tags of %j', (values, tags) => {
  expect(normaliseTags(values)).toEqual({ tags })
})

it.each([
  ['VALUE_TOO_LONG', 'x'.repeat(256)],
  ['CONTROL_CHARACTER', 'a\u0000b'],
])('reports %s for the whole attribute', (code, value) => {
  expect(normaliseTags(['good', value])).toMatchObject({ fault: { code } })
})
