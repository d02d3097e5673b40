import { expect, it } from 'vitest'

import type { Value } from '../directory/entry.ts'
import { expiryOf } from './account-expiry.ts'

const NOW = Date.parse('2026-12-31T12:00:00Z')
const today = String(Math.floor(NOW / 86_400_000))
const filetime = (ms: number) => String(BigInt(ms) * 10_000n + 116_444_736_000_000_000n)

it.each<[string, readonly Value[] | undefined, boolean | 'unknown']>([
  ['a FILETIME that has passed', [filetime(NOW)], true],
  ['one to come', [filetime(NOW + 1)], false],
  ['Active Directory’s never', ['9223372036854775807'], false],
  ['its other never, and nobody’s day', ['0'], false],
  ['shadow’s never', ['-1'], false],
  ['a day that has begun', [today], true],
  ['tomorrow', [String(Number(today) + 1)], false],
  ['a GeneralizedTime that has passed', ['20261231120000Z'], true],
  ['one to come', ['20261231120001Z'], false],
  ['one to the hour, with a fraction and an offset', ['2026123113.5+0100'], true],
  ['one of another zone, to come', ['202612311300-0030'], false],
  ['Kerberos’ never', ['19700101000000Z'], false],
  ['no value', undefined, false],
  ['a time without a zone', ['20261231120000'], 'unknown'],
  ['seconds since 1970', ['1798718400'], 'unknown'],
  ['a 13th month', ['20261331000000Z'], 'unknown'],
  ['a word', ['never'], 'unknown'],
  ['bytes', [Buffer.from([0xff])], 'unknown'],
  ['several', [today, '99999'], 'unknown'],
])('%s: %j', (_what, values, disabled) => {
  const attributes = new Map(values ? [['expires', values]] : [])

  expect(expiryOf({ dn: 'cn=Ada', id: 'ada', attributes }, 'Expires', NOW).disabled).toBe(disabled)
})

it.each([
  ['an account that shows its flags only: hidden', 'userAccountControl', 'unknown'],
  ['an entry that is no account', 'cn', false],
])('accountExpires of %s', (_what, shown, disabled) => {
  const attributes = new Map([[shown.toLowerCase(), ['512']]])

  expect(expiryOf({ dn: 'cn=Ada', id: 'ada', attributes }, 'accountExpires', NOW).disabled).toBe(disabled)
})
