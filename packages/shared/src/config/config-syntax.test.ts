import { describe, expect, it } from 'vitest'
import { changed, mistakesOf } from './config.fixture.ts'

type Case = readonly [what: string, from: string, to: string, key: string, found: string, allowed: string]

const DIRECTORY = 'connections[0].directory'
const USERS = 'connections[0].users'

/** Texts that have a syntax of their own. */
const cases: Case[] = [
  [
    'a filter that is not closed',
    '(&(objectClass=inetOrgPerson)(employeeType=support))',
    '(&(objectClass=inetOrgPerson)(employeeType=support)',
    `${USERS}.locations[1].filter`,
    "'(&(objectClass=inetOrgPerson)(employeeType=support)'",
    'an LDAP filter in parentheses such as (objectClass=person); at its end (character 52) it needs a ")"',
  ],
  [
    'a DN with a comma too many',
    'base: ou=contractors,dc',
    'base: ou=contractors,,dc',
    `${USERS}.locations[1].base`,
    "'ou=contractors,,dc=acme,dc=com'",
    "a distinguished name such as ou=people,dc=acme,dc=com; '' is no attribute=value",
  ],
  [
    'a group of roles that is no DN',
    '"cn=leads,ou=groups,dc=acme,dc=com"',
    '"cn=leads,ou groups,dc=acme,dc=com"',
    `${USERS}.map.custom_role.byGroup["cn=leads,ou groups,dc=acme,dc=com"]`,
    "the key 'cn=leads,ou groups,dc=acme,dc=com'",
    "'ou groups' is no attribute=value",
  ],
  [
    'an expression that is none',
    "'Desk ' & roomNumber",
    "'Desk ' & (roomNumber",
    `${USERS}.map.notes.expression`,
    "''Desk ' & (roomNumber'",
    'a JSONata expression; Expected ")" before end of expression (character 21)',
  ],
  [
    'a day that never comes',
    '0 2 * * *',
    '0 2 30 2 *',
    'connections[0].schedule.full',
    "'0 2 30 2 *'",
    'a cron expression of five fields',
  ],
  [
    'an hour that no day has',
    '0 2 * * *',
    '0 25 * * *',
    'connections[0].schedule.full',
    "'0 25 * * *'",
    "that fires at some time; the hour '25' is not within 0-23",
  ],
  [
    'a port that no server has',
    'ldaps://ldap2.acme.com',
    '"ldaps://ldap2.acme.com:70000"',
    `${DIRECTORY}.urls[1]`,
    "'ldaps://ldap2.acme.com:70000'",
    'ldap://host:port',
  ],
  [
    'an account’s address with a path',
    'https://acme.zendesk.com',
    'https://acme.zendesk.com/api/v2',
    'accounts.acme.url',
    "'https://acme.zendesk.com/api/v2'",
    'an address without a path: https://acme.zendesk.com',
  ],
  [
    'a database of Redis that is no number',
    '"${env:REDIS_URL}"',
    'redis://localhost/provisioner',
    'redis.url',
    "'redis://localhost/provisioner'",
    "nothing but a database's number, such as /1",
  ],
]

describe('A mistake within a text', () => {
  it.each(cases)('is told for %s', (_what, from, to, key, found, allowed) => {
    expect(mistakesOf(changed([from, to])).mistakes).toEqual([
      { key, found, allowed: expect.stringContaining(allowed), line: expect.any(Number), column: expect.any(Number) },
    ])
  })
})
