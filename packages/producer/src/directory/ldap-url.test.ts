import { describe, expect, it } from 'vitest'
import { parseLdapUrl } from './ldap-url.ts'

const search = (base: string, scope: string, filter: string, host = '') => ({ host, base, scope, filter })
const ANY = '(objectClass=*)'

describe('parseLdapUrl', () => {
  it.each([
    ['ldap:///ou=a,dc=b??sub?(title=x)', search('ou=a,dc=b', 'sub', '(title=x)')],
    ['LDAP:///ou=a,dc=b??SUB?(title=x)', search('ou=a,dc=b', 'sub', '(title=x)')],
    ['ldap:///ou=a%20b,dc=c??one?(cn=%28*)', search('ou=a b,dc=c', 'one', '(cn=(*)')],
    ['ldap:///cn=a%3fb,dc=c??base?', search('cn=a?b,dc=c', 'base', ANY)],
    ['ldap:///dc=b', search('dc=b', 'base', ANY)],
    ['ldap:///dc=b?cn,mail?sub', search('dc=b', 'sub', ANY)],
    ['ldap:///dc=b??sub?title=x', search('dc=b', 'sub', '(title=x)')],
    ['ldap:///dc=b??sub?(a=b)?x=y', search('dc=b', 'sub', '(a=b)')],
    ['ldaps://LDAP.example.org:636/dc=b??sub', search('dc=b', 'sub', ANY, 'ldap.example.org:636')],
    ['ldap:///dc=b??tree', undefined],
    ['ldap:///dc=b??sub?(a=b)?!x=y', undefined],
    ['ldap:///dc=%zz??sub', undefined],
    ['http://example.org/', undefined],
    ['ou=a,dc=b', undefined],
    ['', undefined],
  ])('reads %s', (url, expected) => {
    expect(parseLdapUrl(url)).toEqual(expected)
  })
})
