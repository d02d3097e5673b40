import { describe, expect, it } from 'vitest'
import { isBelow, normaliseDn } from './dn.ts'

const ADA = 'cn=ada lovelace,ou=people,dc=example,dc=org'

describe('normaliseDn', () => {
  it.each([
    ['lower case', 'cn=ada lovelace,ou=people,dc=example,dc=org'],
    ['upper case', 'CN=Ada LOVELACE,OU=People,DC=example,DC=org'],
    ['spaces after commas', 'CN=Ada Lovelace, OU=People, DC=example, DC=org'],
    ['spaces around everything', '  cn = Ada Lovelace ,ou = People , dc=example,dc=org '],
    ['several spaces within', 'cn=Ada   Lovelace,ou=People,dc=example,dc=org'],
    ['an escaped space', 'cn=Ada\\20Lovelace,ou=People,dc=example,dc=org'],
    ['a no-break space', 'cn=Ada\u00a0Lovelace,ou=People,dc=example,dc=org'],
    ['semicolons', 'cn=Ada Lovelace;ou=People;dc=example;dc=org'],
    ['quotation marks', 'cn="Ada Lovelace",ou=People,dc=example,dc=org'],
    ['long names', 'commonName=Ada Lovelace,organizationalUnitName=People,domainComponent=example,dc=org'],
    ['numbers', '2.5.4.3=Ada Lovelace,OID.2.5.4.11=People,0.9.2342.19200300.100.1.25=example,dc=org'],
    ['BER', 'cn=#040c416461204c6f76656c616365,ou=People,dc=example,dc=org'],
    ["uniqueMember's bit string", "cn=Ada Lovelace,ou=People,dc=example,dc=org#'0101'B"],
  ])('sees through %s', (_what, dn) => {
    expect(normaliseDn(dn)).toBe(ADA)
  })

  it.each([
    [
      'a comma',
      [
        'cn=Lovelace\\, Ada,dc=org',
        'cn=Lovelace\\2C Ada,dc=org',
        'cn="Lovelace, Ada",dc=org',
        'cn=lovelace\\2c ada,dc=org',
      ],
      'cn=lovelace\\2c ada,dc=org',
    ],
    ['a plus', ['cn=R\\+D,dc=org', 'CN=r\\2bd,dc=org', 'cn=#0403522b44,dc=org'], 'cn=r\\2bd,dc=org'],
    ['a backslash', ['cn=a\\\\b,dc=org', 'cn=a\\5Cb,dc=org'], 'cn=a\\5cb,dc=org'],
    ['an equals sign', ['cn=a=b,dc=org', 'cn=a\\=b,dc=org', 'cn=a\\3Db,dc=org'], 'cn=a=b,dc=org'],
    ['a hash', ['cn=\\#1,dc=org', 'cn=\\231,dc=org'], 'cn=\\231,dc=org'],
    ['an umlaut', ['cn=J\u00fcrgen', 'cn=Ju\u0308rgen', 'cn=J\\C3\\BCrgen', 'CN=J\u00dcRGEN'], 'cn=jürgen'],
    ['a trailing space', ['cn=a\\ ,dc=org', 'cn=a\\20,dc=org', 'cn=a ,dc=org'], 'cn=a,dc=org'],
    ['an emoji', ['cn=\u{1F98A},dc=org', 'cn=\\F0\\9F\\A6\\8A,dc=org'], 'cn=\u{1F98A},dc=org'],
    ['two attributes', ['uid=ada+cn=Ada,dc=org', 'CN=ada + UID=ADA,DC=org'], 'cn=ada+uid=ada,dc=org'],
  ])('gives one key to every way of writing %s', (_what, ways, key) => {
    expect(ways.map(normaliseDn)).toEqual(ways.map(() => key))
  })

  it.each([
    ['cn=a,dc=org', 'cn=b,dc=org'],
    ['cn=a,ou=x,dc=org', 'cn=a,dc=org'],
    ['cn=a\\,ou=x,dc=org', 'cn=a,ou=x,dc=org'],
    ['cn=a\\+uid=b,dc=org', 'cn=a+uid=b,dc=org'],
    ['cn=a b,dc=org', 'cn=ab,dc=org'],
    ['cn=a,dc=org', 'uid=a,dc=org'],
  ])('tells %s from %s', (one, other) => {
    expect(normaliseDn(one)).not.toBe(normaliseDn(other))
  })

  it.each(['', 'no DN at all', '=x', 'cn', 'cn=a,,dc=org', 'cn=a,', '\\', 'cn="a', '\ud800', 'cn=\\', '#', 'cn=#zz'])(
    'takes the junk %j without failing, and its own key is stable',
    (junk) => {
      const key = normaliseDn(junk)

      expect(normaliseDn(key)).toBe(key)
    },
  )

  it('has keys that are their own keys', () => {
    const dns = ['cn=Lovelace\\, Ada+uid=a,DC=org', 'cn=a\\\\b', 'cn=\\#1,dc=org', 'cn=J\\C3\\BCrgen', 'cn=" x "']

    const keys = dns.map(normaliseDn)

    expect(keys.map(normaliseDn)).toEqual(keys)
  })
})

describe('isBelow', () => {
  it.each([
    ['cn=ada,ou=people,dc=org', 'OU=People, DC=org', true],
    ['ou=people,dc=org', 'ou=people,dc=org', true],
    ['cn=ada,ou=a,ou=people,dc=org', 'ou=people,dc=org', true],
    ['cn=ada,dc=org', '', true],
    ['ou=people,dc=org', 'cn=ada,ou=people,dc=org', false],
    ['cn=ada,ou=morepeople,dc=org', 'ou=people,dc=org', false],
    ['cn=ada\\,ou=people,dc=org', 'ou=people,dc=org', false],
    ['junk', 'dc=org', false],
  ])('of %s and %s is %s', (dn, base, expected) => {
    expect(isBelow(dn, base)).toBe(expected)
  })
})
