import { describe, expect, it } from 'vitest'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'
import { composeConfig, type Found } from './compose-config.ts'

const FOUND: Found = {
  connection: 'staff',
  account: 'acme',
  references: {
    redis: '${env:REDIS_URL}',
    bindPassword: '${env:LDAP_PASSWORD}',
    clientId: '${env:ZENDESK_CLIENT_ID}',
    clientSecret: '${env:ZENDESK_CLIENT_SECRET}',
  },
  directory: {
    url: 'ldaps://ldap.acme.com',
    bindDn: 'cn=reader,dc=acme,dc=com',
    base: 'dc=acme,dc=com',
    server: { type: 'openldap', name: 'OpenLDAP', contexts: ['dc=acme,dc=com'] },
    survey: {
      people: { count: 1_600, disabled: 12, where: { base: 'ou=people,dc=acme,dc=com', count: 1_590, elsewhere: [] } },
      attributes: [['mail', 1_600]],
      groups: { count: 0, where: undefined, naming: new Map(), names: [] },
      unidentified: 0,
    },
  },
  zendesk: { url: 'https://acme.zendesk.com', survey: undefined },
  day: '2026-11-30',
}
const ENV = {
  REDIS_URL: 'redis://127.0.0.1',
  LDAP_PASSWORD: 'a password',
  ZENDESK_CLIENT_ID: 'an id',
  ZENDESK_CLIENT_SECRET: 'a secret',
}
const parsed = (found: Found) => parseConfig(composeConfig(found), { path: 'x.yaml', env: ENV })

/** What directories and accounts really hold, and YAML could take for something else. */
const ODD = [
  'cn=Müller\\, Jürgen,ou="R&D",dc=x',
  'cn=a: b # c,dc=x',
  'cn=[x]{y},dc=x',
  'CORP\\reader',
  "cn=O'Neil,dc=x",
]

describe('the configuration that init writes', () => {
  it('is valid, with counts in its comments and no groups where none are for Zendesk', () => {
    expect(parsed(FOUND).connections[0]).toMatchObject({ id: 'staff', firstRun: 'approve' })
    expect(parsed(FOUND).connections[0]).not.toHaveProperty('groups')
    expect(composeConfig(FOUND)).toContain('# People below dc=acme,dc=com: 1,600, 12 of them disabled.')
    expect(composeConfig(FOUND)).toContain('# mail: 1,600 of 1,600\n')
  })

  it.each(ODD)('is valid whatever things are called: %s', (odd) => {
    const dn = odd.includes('=') ? odd : 'dc=x'
    const { directory, zendesk } = FOUND
    const found: Found = {
      ...FOUND,
      directory: {
        ...directory,
        bindDn: odd,
        base: dn,
        server: { ...directory.server, type: 'active-directory', name: `A server\n${odd}` },
        survey: {
          people: { count: 3, disabled: 0, where: { base: dn, count: 3, elsewhere: [{ base: odd, count: 1 }] } },
          attributes: [
            ['mail', 3],
            ['o', 2],
            ['title', 1],
          ],
          groups: {
            count: 2,
            where: { base: dn, count: 2, elsewhere: [] },
            naming: new Map([['member', 2]]),
            names: [
              { name: `zd-${odd}`, dn },
              { name: 'agents', dn },
            ],
          },
          unidentified: 2,
        },
      },
      zendesk: {
        ...zendesk,
        survey: {
          email: 'api@acme.com',
          role: 'admin',
          limit: 700,
          customRoles: [odd, 'Two\nlines'],
          brands: [odd, 'Shop'],
          userFields: [{ key: 'cost_center', type: 'text' }],
          groups: 3,
        },
      },
    }

    expect(parsed(found).connections[0]).toMatchObject({
      directory: { bindDn: odd },
      users: { locations: [{ base: dn }] },
      groups: { locations: [{ base: dn, filter: '(cn=zd-*)' }] },
    })
  })
})
