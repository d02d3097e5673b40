import { parseEnv } from 'node:util'
import { expect, it } from 'vitest'
import { envLines, UnwritableValueError } from './env-lines.ts'

it.each([
  'plain',
  'with blanks ',
  '#hash',
  'a"b',
  "a'b",
  'a`b',
  `a'b"c`,
  '$dollar',
  'a=b',
  'back\\slash',
  '"quoted"',
  'x #y',
])('writes %s so that Node.js reads it back, and what stands around it', (value) => {
  expect(parseEnv(envLines({ FIRST: '1', SECRET: value, LAST: '2' }))).toEqual({ FIRST: '1', SECRET: value, LAST: '2' })
})

it.each(['two\nlines', `'"\``])('refuses %j, which no line can hold', (value) => {
  expect(() => envLines({ SECRET: value })).toThrow(UnwritableValueError)
})
