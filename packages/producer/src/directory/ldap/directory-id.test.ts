import { expect, it } from 'vitest'
import { directoryId, idFilter } from './directory-id.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

it.each([
  ['objectGUID', bytes('00112233445566778899aabbccddeeff'), '33221100-5544-7766-8899-aabbccddeeff'],
  ['mS-DS-ConsistencyGuid', bytes('00112233445566778899aabbccddeeff'), '33221100-5544-7766-8899-aabbccddeeff'],
  ['objectGUID', bytes('0011'), '0011'],
  ['objectSid', bytes('0105000000000005150000'), '0105000000000005150000'],
  ['GUID', bytes('00112233445566778899aabbccddeeff'), '00112233445566778899aabbccddeeff'],
  ['entryUUID', '2B8D1C3E-0000-4000-8000-00000000ABCD', '2b8d1c3e-0000-4000-8000-00000000abcd'],
  ['nsUniqueId', '66446001-1DD211B2-66225011-2EE211DB', '66446001-1dd211b2-66225011-2ee211db'],
  ['employeeNumber', '00042', '00042'],
  ['uid', 'Ada', 'Ada'],
  ['uid', 'a:b~c.d', 'a%3Ab%7Ec%2Ed'],
])('makes of %s %j the directory id %s', (attribute, value, id) => {
  expect(directoryId(attribute, [value])).toBe(id)
})

it.each([[undefined], [[]], [['']], [['a', 'b']], [[Buffer.alloc(0)]]])('makes nothing of %j', (values) => {
  expect(directoryId('entryUUID', values)).toBeUndefined()
})

it.each([
  ['objectGUID', bytes('00112233445566778899aabbccddeeff')],
  ['GUID', bytes('00112233445566778899aabbccddeeff')],
  ['objectSid', bytes('0105000000000005150000')],
  ['entryUUID', '2b8d1c3e-0000-4000-8000-00000000abcd'],
  ['nsUniqueId', '66446001-1dd211b2-66225011-2ee211db'],
  ['uid', 'a:b~c*(d)\\é%'],
])('finds the entry whose %s is %j by its directory id', (attribute, value) => {
  const isBytes = typeof value !== 'string'
  const filter = idFilter(attribute, directoryId(attribute, [value])!, isBytes)

  const [, name, escaped] = /^\((\w+)=((?:\\[0-9a-f]{2})+)\)$/.exec(filter) ?? []
  expect(name).toBe(attribute)
  expect(Buffer.from(escaped!.replaceAll('\\', ''), 'hex')).toEqual(Buffer.from(value))
})
