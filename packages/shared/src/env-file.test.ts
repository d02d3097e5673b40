import { expect, it } from 'vitest'
import { brokenLines } from './env-file.ts'

it.each([
  ['', []],
  ['# LDAP_PASSWORD: abc\n\n  \nA=1\r\nexport B = "two" # said twice\nC=', []],
  ['A="one\nbroken, but within quotes\n" # its end\nB=2', []],
  ['A="never closed\nB=2\nbroken', [3]],
  ['LDAP_PASSWORD: abc\nA=1\nbroken\nMY NAME=3\n=4', [1, 3, 4, 5]],
])('of %j the lines %j are broken', (text, broken) => {
  expect(brokenLines(text)).toEqual(broken)
})
