import { expect, it } from 'vitest'
import { groupFilter, personFilter } from './filters.ts'

const PEOPLE = '(|(objectClass=inetOrgPerson)(objectClass=person)(objectClass=posixAccount))'
const AD = '(objectCategory=person)'

it.each([
  ['openldap', undefined, '(|(objectClass=inetOrgPerson))'],
  ['openldap', '(mail=*)', `(&${PEOPLE}(mail=*))`],
  ['openldap', '(!(objectClass=group))', `(&${PEOPLE}(!(objectClass=group)))`],
  ['openldap', '(|(objectClass=a)(mail=*))', `(&${PEOPLE}(|(objectClass=a)(mail=*)))`],
  ['openldap', '(objectClass=posixAccount)', '(objectClass=posixAccount)'],
  ['openldap', '(&(mail=*)(|(OBJECTCLASS=a)(objectClass=b)))', '(&(mail=*)(|(OBJECTCLASS=a)(objectClass=b)))'],
  ['openldap', '(mail=*', `(&${PEOPLE}(mail=*)`],
  ['active-directory', undefined, `(&${AD}(|(objectClass=user)))`],
  ['active-directory', '(mail=*)', `(&${AD}(&(|(objectClass=user))(mail=*)))`],
  ['active-directory', '(&(objectClass=user)(mail=*))', `(&${AD}(&(objectClass=user)(mail=*)))`],
] as const)('people in %s by %s', (type, filter, search) => {
  expect(personFilter({ type }, filter)).toBe(search)
})

it('the classes that the configuration names take the place of the type’s, for people and for groups', () => {
  const directory = { type: 'openldap', personClasses: ['account', 'person'], groupClasses: ['team'] } as const
  const classes = {
    ...directory,
    personClasses: [...directory.personClasses],
    groupClasses: [...directory.groupClasses],
  }

  expect(personFilter(classes, '(uid=*)')).toBe('(&(|(objectClass=account)(objectClass=person))(uid=*))')
  expect(groupFilter(classes, '(cn=zd-*)')).toBe('(&(|(objectClass=team))(cn=zd-*))')
  expect(groupFilter(classes)).toBe('(|(objectClass=team))')
  expect(groupFilter({ type: 'openldap' }, '(cn=zd-*)')).toBe('(&(!(objectClass=person))(cn=zd-*))')
  expect(groupFilter({ type: 'openldap' }, '(objectClass=team)')).toBe('(objectClass=team)')
})
