import { describe, expect, it } from 'vitest'
import { Catalogue } from './catalogue.ts'
import type { MappedUser } from './mapped.ts'
import { mapped } from './mapped-user.fixture.ts'
import { resolveNames, type Catalogues } from './resolve-names.ts'
import { UserFields } from './user-fields.ts'

const none = new Catalogue([])
const catalogues: Catalogues = {
  organizations: none,
  customRoles: none,
  brands: none,
  defaultGroups: none,
  locales: none,
  adminRoles: new Set(),
}

describe('a lookup field', () => {
  const fields = new UserFields([
    { key: 'manager', type: 'lookup', active: true, target: 'zen:user' },
    { key: 'home', type: 'lookup', active: true, target: 'zen:organization' },
    { key: 'floor', type: 'integer', active: true },
  ])
  const resolve = (user: MappedUser) =>
    resolveNames(user, { ...catalogues, userFields: fields }, { missingOrganization: 'report', allowAdmin: false })

  it('of users stays apart, with all whom the entry names, in one order', () => {
    const user = mapped(
      { user_fields: { floor: '7', manager: 'uid=bob' } },
      { alternatives: { 'user_fields.manager': ['uid=ada'], phone: ['1'] } },
    )

    expect(resolve(user)).toMatchObject({
      attributes: { user_fields: { floor: '7' } },
      alternatives: { phone: ['1'] },
      lookups: { 'user_fields.manager': ['uid=ada', 'uid=bob'] },
      problems: [],
    })
    expect(resolve(user).alternatives).toEqual({ phone: ['1'] })
  })

  it('of anything else is left alone, and told once for all', () => {
    const resolved = resolve(mapped({ user_fields: { home: 'Acme' } }, { empty: ['user_fields.home'] }))

    expect(resolved).toMatchObject({ attributes: { user_fields: {} }, empty: [], problems: [] })
    expect(resolved.lookups).toBeUndefined()
    expect(fields.faultOfKey('home')).toMatchObject({ code: 'USER_FIELD_TARGET' })
    expect(fields.faultOfKey('manager')).toBeUndefined()
  })
})
