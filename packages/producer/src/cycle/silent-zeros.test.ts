import { expect, it } from 'vitest'
import { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { SilentZeros } from './silent-zeros.ts'

const from = (...names: string[]) => AttributeMapping.parse({ from: names })
const map = {
  email: from('mail'),
  misspelt: from('titel'),
  second: from('mobile', 'homePhon'),
  nobodys: from('homePhone'),
  meant: AttributeMapping.parse({ from: 'titel', expectEmpty: true }),
  dn: from('dn'),
  fixed: AttributeMapping.parse({ default: 'x' }),
  organization: from('organisation'),
}
const connection = {
  id: 'staff',
  directory: DirectoryConfig.parse({ type: 'openldap', urls: ['ldap://one'] }),
  users: { locations: [{ base: 'dc=test' }], map },
} as unknown as ConnectionConfig
const groups = { inLocation: [], roots: { roles: [] } } as never
const KNOWN = ['objectClass', 'mail', 'mobile', 'homePhone']

it.each([
  ['can be relied on', KNOWN, ['misspelt', 'second', 'organization_id']],
  ['is not shown', undefined, ['misspelt', 'nobodys', 'organization_id']],
  ['lacks what entries have', ['objectClass', 'mail'], ['misspelt', 'nobodys', 'organization_id']],
  ['lacks objectClass', KNOWN.slice(1), ['misspelt', 'nobodys', 'organization_id']],
])('where the schema %s, nothing is emptied of mappings that may be misspelt', async (_what, schema, unread) => {
  const zeros = new SilentZeros(connection)
  const attributes = new Map([
    ['mail', ['ada@test']],
    ['mobile', ['1']],
  ])
  zeros.note([{ entry: { id: 'u1', dn: 'cn=ada', attributes } }])

  await zeros.problems(
    { users: [1], groups, told: new Set() },
    async () => schema && new Map(schema.map((name) => [name.toLowerCase(), name])),
  )

  expect([...zeros.unread]).toEqual(unread)
})
