import { expect, it } from 'vitest'
import { whereMostLie } from './where-most-lie.ts'

it.each([
  ['nobody', {}, undefined, []],
  ['all below one branch', { 'ou=people,dc=x': 10 }, 'ou=people,dc=x', []],
  ['branches within one', { 'ou=a,ou=people,dc=x': 5, 'ou=b,ou=people,dc=x': 5 }, 'ou=people,dc=x', []],
  [
    'a handful elsewhere',
    { 'ou=people,dc=x': 96, 'ou=apps,dc=x': 3, 'dc=x': 1 },
    'ou=people,dc=x',
    ['ou=apps,dc=x', 'dc=x'],
  ],
  ['more than a handful elsewhere', { 'ou=people,dc=x': 90, 'ou=partners,dc=x': 10 }, 'dc=x', []],
  ['a comma within a value', { 'ou=a\\2c b,dc=x': 3 }, 'ou=a\\2c b,dc=x', []],
])('proposes the deepest base that has nearly all: %s', (_case, parents, base, elsewhere) => {
  const found = whereMostLie(new Map(Object.entries(parents)))

  expect(found?.base).toBe(base)
  expect((found?.elsewhere ?? []).map((one) => one.base)).toEqual(elsewhere)
})
