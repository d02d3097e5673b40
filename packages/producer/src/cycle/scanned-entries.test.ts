import { expect, it } from 'vitest'
import { ScannedEntries } from './scanned-entries.ts'

const DNS = [
  'uid=ada,ou=people,dc=example,dc=org',
  'uid=eve,ou=people,dc=example,dc=org',
  'cn=Lovelace\\, Ada,ou=people,dc=example,dc=org',
  'dc=org',
  'a,',
  ',',
  '',
]

it('has each entry once, by its id, with its DN as it was', () => {
  const entries = new ScannedEntries()
  const areNew = [...DNS, ...DNS].map((dn, i) => entries.add(`id-${i % DNS.length}`, dn))

  expect(areNew).toEqual([...DNS.map(() => true), ...DNS.map(() => false)])
  expect(DNS.map((_dn, i) => entries.at(entries.indexOf(`id-${i}`)))).toEqual(
    DNS.map((dn, i) => ({ id: `id-${i}`, dn })),
  )
  expect([entries.size, entries.has('id-0'), entries.has('id-7')]).toEqual([DNS.length, true, false])
  expect(entries.indexOf('id-7')).toBeLessThan(0)
})

it('begins a part of itself as none', () => {
  const entries = new ScannedEntries()
  for (const [i, dn] of DNS.entries()) entries.add(`id-${i}`, dn)
  const some = entries.none()
  some.add('id-3')

  expect([some.size, some.has('id-3'), some.has('id-4')]).toEqual([1, true, false])
})
