import { expect, it } from 'vitest'

import { cnFromDn } from './cn-from-dn.ts'

it.each([
  ['cn=Ada,ou=people', 'Ada'],
  ['CN = Ada Lovelace , ou=people', 'Ada Lovelace'],
  ['uid=ada+cn=Ada,ou=people', 'Ada'],
  ['2.5.4.3=Ada', 'Ada'],
  ['commonName=Ada;dc=org', 'Ada'],
  ['cn=Lovelace\\, Ada,dc=org', 'Lovelace, Ada'],
  ['cn=Lovelace\\2C Ada,dc=org', 'Lovelace, Ada'],
  ['cn="Lovelace, Ada",dc=org', 'Lovelace, Ada'],
  ['cn=J\\C3\\BCrgen,dc=org', 'Jürgen'],
  ['cn=a=b,dc=org', 'a=b'],
])('finds the common name of %s', (dn, name) => {
  expect(cnFromDn(dn)).toBe(name)
})

it.each(['uid=ada,ou=people', 'uid=ada,cn=people', 'Ada', '', ',cn=ada', 'uid=ada+'])(
  'finds no common name in %j',
  (dn) => {
    expect(cnFromDn(dn)).toBeUndefined()
  },
)
