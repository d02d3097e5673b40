import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { describe, expect, it } from 'vitest'
import { chooseValues, fingerprintOf } from './choose-values.ts'
import type { WantedUser } from './wanted-user.ts'

function wanted(name: string, [first, ...others]: readonly string[]): WantedUser {
  const attributes: UserAttributes = name.startsWith('user_fields.')
    ? { user_fields: { [name.slice('user_fields.'.length)]: first! } }
    : { [name]: first! }
  return {
    id: 'u1',
    dn: 'uid=ada',
    email: name === 'email' ? first! : 'ada@acme.com',
    disabled: false,
    attributes,
    alternatives: { [name]: others },
    empty: [],
    createOnly: [],
    tagsMode: 'merge',
  }
}

describe('of several values counts', () => {
  it.each<[string, string[], UserAttributes | undefined, UserAttributes | undefined, UserAttributes]>([
    // attribute, the directory's values, Zendesk's, those that wait → chosen
    ['phone', ['a', 'b'], { phone: 'b' }, { phone: 'a' }, { phone: 'b' }],
    ['phone', ['a', 'b'], { phone: 'c' }, { phone: 'b' }, { phone: 'b' }],
    ['phone', ['a', 'b'], undefined, { phone: 'b' }, { phone: 'b' }],
    ['phone', ['a', 'b'], { phone: 'c' }, { phone: 'c' }, { phone: 'a' }],
    ['phone', ['a', 'b'], { phone: null }, undefined, { phone: 'a' }],
    ['phone', ['b', 'a'], undefined, undefined, { phone: 'b' }],
    ['email', ['a@x.org', 'B@x.org'], { email: 'b@X.org' }, undefined, { email: 'B@x.org' }],
    ['user_fields.site', ['a', 'b'], { user_fields: { site: 'b' } }, undefined, { user_fields: { site: 'b' } }],
    ['role', ['agent', 'end-user'], { role: 'end-user' }, undefined, { role: 'end-user' }],
  ])('%s %j, Zendesk holding %j and %j waiting: %j', (name, values, held, waiting, chosen) => {
    const result = chooseValues(wanted(name, values), [held, waiting])

    expect(result.attributes).toEqual(chosen)
    expect(result.email).toBe(chosen['email'] ?? 'ada@acme.com')
    expect([...(result.alternatives?.[name] ?? [])].length).toBe(1)
  })
})

it('has one fingerprint for the values in any order, and another for other values', () => {
  const prints = [
    ['b@x.org', 'a@x.org', 'c@x.org'],
    ['c@x.org', 'b@x.org', 'a@x.org'],
    ['b@x.org', 'a@x.org'],
  ].map((values) => fingerprintOf(wanted('email', values)))

  expect(prints[0]).toBe(prints[1])
  expect(prints[0]).not.toBe(prints[2])
})
