import { expect, it } from 'vitest'
import { matchesPattern } from './address-pattern.ts'

it.each([
  ['ada@example.org', 'ada@example.org', true],
  [' Ada@Example.ORG ', 'ada@example.org', true],
  ['ada@example.org', '*@example.org', true],
  ['ada@example.org', 'ada@*', true],
  ['ada@example.org', '*', true],
  ['ada.l@example.org', 'a*l@*.org', true],
  ['ada@example.org', '*@*.com', false],
  ['ada@example.org', 'ada@example.*.org', false],
  ['a@b', 'a@b*a@b', false],
  ['adaXexample', 'ada.example', false],
])('%s beside %s: %s', (address, pattern, matches) => {
  expect(matchesPattern(address, pattern)).toBe(matches)
})
