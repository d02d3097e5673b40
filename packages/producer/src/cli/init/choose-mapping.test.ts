import { describe, expect, it } from 'vitest'
import { chooseMapping, isOfPerson, worthALook } from './choose-mapping.ts'

const counts = (...names: string[]) => new Map(names.map((name) => [name, 5]))

describe('the mapping that is proposed', () => {
  it.each([
    [
      counts('mail', 'displayName', 'cn', 'telephoneNumber'),
      { email: ['mail'], name: ['displayName', 'cn'], phone: ['telephoneNumber'] },
    ],
    [counts('userPrincipalName', 'CN', 'mobile'), { email: ['userPrincipalName'], name: ['cn'], phone: ['mobile'] }],
    [counts(), { email: ['mail'], name: ['displayName'] }],
  ])('reads what somebody has, and an address and a name in any case', (has, expected) => {
    expect(Object.fromEntries(chooseMapping(has).map(({ to, from }) => [to, from]))).toEqual(expected)
  })

  it('names what needs a decision beside it', () => {
    expect(worthALook(counts('o', 'department', 'ou'))).toEqual([
      { to: 'organization', from: ['o'] },
      { to: 'tags', from: ['department'] },
    ])
  })

  it('does not speak of what a directory keeps for itself', () => {
    const names = ['accountExpires', 'badPwdCount', 'givenName', 'uSNChanged', 'title', 'userAccountControl']

    expect(names.filter(isOfPerson)).toEqual(['givenName', 'title'])
  })
})
