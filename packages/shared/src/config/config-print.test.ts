import { expect, it } from 'vitest'
import { configPrint, policyPrint } from './config-print.ts'
import { parseConfig } from './load-config.ts'

const YAML = `
version: 1
redis: { url: redis://one:6379 }
accounts:
  acme: { url: https://acme.zendesk.com, auth: { clientId: ours, clientSecret: one } }
connections:
  - id: staff
    account: acme
    directory:
      type: openldap
      urls: [ldaps://a.acme.com, ldaps://b.acme.com]
      bindDn: cn=reader,dc=acme
      bindPassword: one
    users:
      locations: [{ base: 'ou=people,dc=acme' }]
      map:
        email: mail
        name: cn
        role: { byGroup: { 'cn=a,dc=acme': agent, 'cn=b,dc=acme': end-user } }
`

function printOf(yaml: string): string {
  const config = parseConfig(yaml, { path: 'test.yaml', env: {} })
  return configPrint(config, config.connections[0]!)
}

it.each([
  ['the password of the bind', 'bindPassword: one', 'bindPassword: another'],
  ['the credentials of the account', 'clientId: ours, clientSecret: one', 'email: a@acme.com, apiToken: two'],
  ['the order of the servers', 'ldaps://a.acme.com, ldaps://b.acme.com', 'ldaps://b.acme.com, ldaps://a.acme.com'],
  ['the address of Redis', 'redis://one:6379', 'redis://two:6379'],
  ['a default that is written out', '      type: openldap', '      type: openldap\n      pageSize: 100'],
  ['the order of keys', 'email: mail\n        name: cn', 'name: cn\n        email: mail'],
  ['a comment', 'version: 1', '# of this host\nversion: 1'],
])('a configuration is the same with another %s', (_what, from, to) => {
  expect(YAML).toContain(from)
  expect(printOf(YAML.replace(from, to))).toBe(printOf(YAML))
})

it.each([
  ['attribute', 'name: cn', 'name: displayName'],
  ['location', 'ou=people', 'ou=persons'],
  ['server', 'ldaps://b.acme.com', 'ldaps://test.acme.com'],
  ['bind, which may read something else', 'cn=reader', 'cn=admin'],
  ['Zendesk account', 'acme.zendesk.com', 'other.zendesk.com'],
  ['schedule', '    account: acme', '    account: acme\n    schedule: { every: 5m }'],
  [
    'group that comes first',
    "'cn=a,dc=acme': agent, 'cn=b,dc=acme': end-user",
    "'cn=b,dc=acme': end-user, 'cn=a,dc=acme': agent",
  ],
])('a configuration is another with another %s', (_what, from, to) => {
  expect(YAML).toContain(from)
  expect(printOf(YAML.replace(from, to))).not.toBe(printOf(YAML))
})

it('every entry is planned anew when another group of byGroup comes first', () => {
  const policyOf = (yaml: string) => policyPrint(parseConfig(yaml, { path: 'test.yaml', env: {} }).connections[0]!)
  const from = "'cn=a,dc=acme': agent, 'cn=b,dc=acme': end-user"
  const to = "'cn=b,dc=acme': end-user, 'cn=a,dc=acme': agent"

  expect(policyOf(YAML.replace(from, to))).not.toBe(policyOf(YAML))
})
