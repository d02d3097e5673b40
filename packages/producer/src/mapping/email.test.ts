import { expect, it } from 'vitest'

import { faultOfEmail, userFromEmail } from './email.ts'

it.each([
  'ada@example.org',
  'ada+desk@example.org',
  "o'neil@example.org",
  'Ada.L@Example.ORG',
  'a@b.c.d-e.museum',
  'ada@xn--bcher-kva.example',
])('takes %s', (address) => {
  expect(faultOfEmail(address)).toBeUndefined()
})

it.each([
  ['no domain', 'ada'],
  ['a domain without a dot', 'ada@localhost'],
  ['no local part', '@example.org'],
  ['quotation marks', '"ada l"@example.org'],
  ['an umlaut before the @', 'jürgen@example.org'],
  ['an umlaut after the @', 'ada@bücher.example'],
  ['two @', 'ada@home@example.org'],
  ['a dot in front', '.ada@example.org'],
  ['two dots in a row', 'ada..l@example.org'],
  ['a space', 'ada l@example.org'],
  ['an empty label', 'ada@example..org'],
  ['a domain that ends in a number', 'ada@127.0.0.1'],
  ['a display name', 'Ada <ada@example.org>'],
])('refuses an address with %s', (_what, address) => {
  expect(faultOfEmail(address)?.code).toBe('EMAIL_MALFORMED')
})

it('decides about a long hostile address at once', () => {
  const started = performance.now()

  faultOfEmail(`${'a.'.repeat(50_000)}@${'a-'.repeat(50_000)}`)

  expect(performance.now() - started).toBeLessThan(500)
})

it.each([
  ['ada@example.org', 'ada'],
  ['a@b@example.org', 'a@b'],
  ['ada', 'ada'],
  ['@example.org', ''],
])('finds the user of %s', (address, user) => {
  expect(userFromEmail(address)).toBe(user)
})
