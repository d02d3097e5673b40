import { describe, expect, it } from 'vitest'
import { mistakeOfDn } from './parse-dn.ts'

describe('mistakeOfDn', () => {
  it.each([
    'ou=people,dc=acme,dc=com',
    'OU=Sales, DC=acme, DC=com',
    'cn=Lovelace\\, Ada,ou=people,dc=acme',
    'cn=Lovelace\\2C Ada,dc=acme',
    'cn="Lovelace, Ada",dc=acme',
    'cn=a\\"b,dc=acme',
    'cn=ada\\\\,dc=acme',
    'cn=AC\\/DC,dc=acme',
    'uid=ada+cn=Ada,dc=acme',
    '2.5.4.3=ada,o=acme',
    'cn=Müller,o=acme',
    'cn=#04024869,o=acme',
  ])('takes %s', (dn) => expect(mistakeOfDn(dn)).toBeUndefined())

  it.each([
    ['ou=people,,dc=acme', "'' is no attribute=value"],
    ['ou=people,dc=acme,', "'' is no attribute=value"],
    ['ou=people,acme', "'acme' is no attribute=value"],
    ['ou people,dc=acme', "'ou people' is no attribute=value"],
    ['uid=ada+Ada,dc=acme', "'Ada' is no attribute=value"],
    ['ou=,dc=acme', "'ou' has no value"],
    ['cn=Ada\\zz,dc=acme', "'\\zz' is no escape"],
    ['dc=acme\\', "'\\' is no escape"],
    ['cn="Ada,dc=acme', 'a quotation mark is not closed'],
  ])('says what is wrong with %s', (dn, mistake) => expect(mistakeOfDn(dn)).toBe(mistake))
})
