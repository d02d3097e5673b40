import { describe, expect, it } from 'vitest'
import { changed, mistakesOf } from './config.fixture.ts'

type Case = readonly [what: string, from: string, to: string, key: string, found: string, allowed: string]

const DIRECTORY = 'connections[0].directory'
const USERS = 'connections[0].users'

/** Keys that are right by themselves and can't stand together. */
const together: Case[] = [
  [
    'credentials in the clear',
    'https://acme',
    'http://acme',
    'accounts.acme.url',
    "'http://acme.zendesk.com'",
    'https://, since http:// would send the credentials in the clear',
  ],
  [
    'half an OAuth client',
    'clientSecret: "${env:ZENDESK_CLIENT_SECRET}"',
    '',
    'accounts.acme.auth',
    'a section',
    'either clientId and clientSecret, or email and apiToken',
  ],
  [
    'both ways to sign in',
    'auth:',
    'auth:\n      email: a@acme.com\n      apiToken: t',
    'accounts.acme.auth',
    'a section',
    'either clientId and clientSecret, or email and apiToken',
  ],
  [
    'a connection to no account',
    'account: acme',
    'account: acne',
    'connections[0].account',
    "'acne'",
    'one of the accounts above: acme',
  ],
  [
    'a connection that is named as what connections share in Redis',
    'id: staff',
    'id: account',
    'connections[0].id',
    "'account'",
    "another id, since keys in Redis that begin with 'account' are those that connections share",
  ],
  [
    'TLS within TLS',
    'startTls: false',
    'startTls: true',
    `${DIRECTORY}.startTls`,
    "'true'",
    'false, since ldaps:// is encrypted already',
  ],
  [
    'a certificate without its key',
    'verify: true }',
    'verify: true, certFile: /etc/ssl/reader.pem }',
    `${DIRECTORY}.tls.keyFile`,
    'nothing',
    'certFile and keyFile together, or neither',
  ],
  [
    'a certificate that nothing would carry',
    'ldaps://ldap1.acme.com, ldaps://ldap2.acme.com]\n      startTls: false\n      tls: { caFile: /etc/ssl/acme.pem,',
    'ldap://ldap1.acme.com]\n      startTls: false\n      tls: { certFile: /c.pem, keyFile: /k.pem,',
    `${DIRECTORY}.tls.certFile`,
    "'/c.pem'",
    'only with ldaps:// or startTls: true',
  ],
  [
    'a bind DN without a password',
    'bindPassword: "${env:LDAP_PASSWORD}"',
    '',
    `${DIRECTORY}.bindPassword`,
    'nothing',
    'bindDn and bindPassword together, or neither',
  ],
  [
    'a name that is no DN, of a server that takes none',
    'bindDn: cn=zendesk,dc=acme,dc=com',
    'bindDn: CORP\\reader',
    `${DIRECTORY}.bindDn`,
    "'CORP\\reader'",
    'only active-directory takes other names',
  ],
  [
    'memberships that nobody writes',
    '{ user: memberOf }',
    '{ group: false, user: false }',
    `${DIRECTORY}.membership`,
    'a section',
    'one of them has to say who is a member',
  ],
  [
    'a location with a filter and a group',
    'nested: true',
    'filter: (cn=*)',
    `${USERS}.locations[0].filter`,
    "'(cn=*)'",
    'either filter or group, not both',
  ],
  [
    'an endless creation and deletion',
    'provisionDisabled: false\n',
    'provisionDisabled: true\n',
    `${USERS}.remove.disabled`,
    "'delete'",
    'created again in every cycle',
  ],
  [
    'an external id that is mapped and is none',
    'externalId: directoryId',
    'externalId: none',
    `${USERS}.externalId`,
    "'none'",
    'external_id is mapped below',
  ],
  [
    'one organization beside several',
    '{ from: o, missing: report }',
    '{ from: o, missing: report }\n        organizations: o',
    `${USERS}.map.organizations`,
    "'o'",
    'either organization or organizations',
  ],
  [
    'an expression beside from',
    '{ expression:',
    '{ from: cn, expression:',
    `${USERS}.map.notes.expression`,
    "''Desk ' & roomNumber'",
    'either from or expression, not both',
  ],
  [
    'a mapping from nothing',
    '{ from: telephoneNumber, whenEmpty: clear }',
    '{ case: upper }',
    `${USERS}.map.phone`,
    'a section',
    'one of from, expression or default',
  ],
]

/** What two cases need beside their own change. */
const EXTRA: Record<string, [string, string]> = {
  'an endless creation and deletion': ['disabled: suspend', 'disabled: delete'],
  'an external id that is mapped and is none': ['email: mail', 'email: mail\n        external_id: uid'],
}

describe('Keys that can not stand together', () => {
  it.each(together)('are told for %s', (what, from, to, key, found, allowed) => {
    const extra = EXTRA[what]

    const { mistakes } = mistakesOf(changed([from, to], ...(extra ? [extra] : [])))

    expect(mistakes).toEqual([
      { key, found, allowed: expect.stringContaining(allowed), line: expect.any(Number), column: expect.any(Number) },
    ])
  })

  it('are told for a second connection of the same id, and for an external id to match by when there is none', () => {
    const twice = changed(['externalId: directoryId', 'externalId: none'], ['match: email', 'match: external_id'])
    const connection = twice.slice(twice.indexOf('  - id: staff'))

    const { mistakes } = mistakesOf(twice + connection)

    expect(mistakes.map(({ key }) => key)).toEqual([
      'connections[0].users.match',
      'connections[1].id',
      'connections[1].users.match',
    ])
  })
})
