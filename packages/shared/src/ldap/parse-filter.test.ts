import { describe, expect, it } from 'vitest'
import { FilterSyntaxError, formatFilter, parseFilter, unescapeAssertion } from './parse-filter.ts'

describe('parseFilter', () => {
  it.each([
    ['(objectClass=person)', '(objectClass=person)'],
    [' ( & (objectClass=person)\n\t(mail=*) ) ', '(&(objectClass=person)(mail=*))'],
    ['(&\n  (|\n    (a=1)\n    (b=2)\n  )\n  (! (c=3) )\n)\n', '(&(|(a=1)(b=2))(!(c=3)))'],
    ['(cn = Ada Lovelace )', '(cn=Ada Lovelace)'],
    ['(cn=\\20Ada\\20)', '(cn=\\20Ada\\20)'],
    ['(cn=a**b*)', '(cn=a*b*)'],
    ['(cn=**)', '(cn=*)'],
    ['(cn=)', '(cn=)'],
    ['(uid>=1)', '(uid>=1)'],
    ['(uid<=1)', '(uid<=1)'],
    ['(cn~=Ada)', '(cn~=Ada)'],
    ['(seeAlso=cn=ada,ou=people)', '(seeAlso=cn=ada,ou=people)'],
    ['(cn;lang-de=Ada)', '(cn;lang-de=Ada)'],
    ['(2.5.4.3=Ada)', '(2.5.4.3=Ada)'],
    ['(userAccountControl:1.2.840.113556.1.4.803:=2)', '(userAccountControl:1.2.840.113556.1.4.803:=2)'],
    ['(ou:dn:=people)', '(ou:dn:=people)'],
    ['(cn:dn:caseExactMatch:=Ada)', '(cn:dn:caseExactMatch:=Ada)'],
    ['(:caseExactMatch:=Ada)', '(:caseExactMatch:=Ada)'],
    ['(labeledURI:=http://x)', '(labeledURI:=http://x)'],
    ['(cn=Müller)', '(cn=Müller)'],
  ])('takes %j', (text, expected) => {
    expect(formatFilter(parseFilter(text))).toBe(expected)
    expect(parseFilter(expected)).toEqual(parseFilter(text))
  })

  it.each([
    ['', 'at its end (character 1) it needs a condition in parentheses'],
    ['cn=ada', "at 'cn=ada' (character 1) it needs a condition in parentheses"],
    ['(&(a=1)(b=2)', 'at its end (character 13) it needs a ")"'],
    ['(a=1))', "at ')' (character 6) it needs nothing more"],
    ['(a=1)(b=2)', 'it needs nothing more'],
    ['(&)', 'it needs a condition in parentheses'],
    ['(!cn=ada)', "at 'cn=ada)' (character 3) it needs a condition in parentheses"],
    ['(objectClass)', 'it needs an attribute with ='],
    ['(=ada)', 'it needs an attribute with ='],
    ['(dis play=ada)', 'it needs an attribute with ='],
    ['(cn:rule=ada)', 'it needs an attribute with ='],
    ['(&(a=b(c=d))', 'a ")" before the next condition'],
    ['(memberOf=cn=Lovelace\\, Ada,dc=x)', '\\5c for a backslash'],
    ['('.repeat(5) + '!', 'it needs an attribute with ='],
    [`${'(!'.repeat(200)}(a=1)${')'.repeat(200)}`, 'nested more than 100 deep'],
  ])('refuses %j', (text, why) => {
    expect(() => parseFilter(text)).toThrow(FilterSyntaxError)
    expect(() => parseFilter(text)).toThrow(why)
  })
})

describe('unescapeAssertion', () => {
  it.each([
    ['Müller', Buffer.from('Müller')],
    ['M\\c3\\BCller', Buffer.from('Müller')],
    ['\\2a', Buffer.from('*')],
    ['\\90\\ff', Buffer.from([0x90, 0xff])],
  ])('reads %j', (value, bytes) => {
    expect(unescapeAssertion(value)).toEqual(bytes)
  })
})
